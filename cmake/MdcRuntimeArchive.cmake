# lib/mdc/cpu/libmdc-runtime.a: everything that a static serving binary needs besides its model's
# objects, the C and C++ libraries and the start code. One file, so that the compiler keeps no list
# of system libraries:
#   clang++-22 -static -fuse-ld=lld-22 -Wl,--gc-sections OBJECTS libmdc-runtime.a -o MODEL
set(MDC_RUNTIME_ARCHIVE ${CMAKE_BINARY_DIR}/lib/mdc/cpu/libmdc-runtime.a
    CACHE INTERNAL "the merged runtime")
find_program(MDC_LLVM_AR NAMES llvm-ar-22 llvm-ar REQUIRED)
find_library(MDC_STATIC_ZLIB NAMES libz.a REQUIRED)
find_library(MDC_STATIC_CRYPTO NAMES libcrypto.a REQUIRED)

set(parts mdc-runtime-main mdc-runtime-tool mdc-runtime-serve mdc-runtime-exec mdc-runtime-base
    mdc-simdjson)
set(script "create ${MDC_RUNTIME_ARCHIVE}\n")
foreach(part IN LISTS parts)
  string(APPEND script "addlib $<TARGET_FILE:${part}>\n")
endforeach()
string(APPEND script "addlib ${MDC_STATIC_ZLIB}\naddlib ${MDC_STATIC_CRYPTO}\nsave\nend\n")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/runtime/archive.mri CONTENT "${script}")

add_custom_command(OUTPUT ${MDC_RUNTIME_ARCHIVE}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/lib/mdc/cpu
  COMMAND ${CMAKE_COMMAND} -E rm -f ${MDC_RUNTIME_ARCHIVE}
  COMMAND ${MDC_LLVM_AR} -M < ${CMAKE_BINARY_DIR}/runtime/archive.mri
  DEPENDS ${parts} ${CMAKE_BINARY_DIR}/runtime/archive.mri
  COMMENT "Merging lib/mdc/cpu/libmdc-runtime.a" VERBATIM)
add_custom_target(mdc-runtime-archive ALL DEPENDS ${MDC_RUNTIME_ARCHIVE})
