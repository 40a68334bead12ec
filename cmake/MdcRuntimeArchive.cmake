# lib/mdc/TARGET/libmdc-runtime.a: everything that a serving binary of a target needs besides its
# model's objects, the C library and the start code. One file, so that the compiler keeps no list of
# libraries:
#   clang++-22 -static -fuse-ld=lld-22 -Wl,--gc-sections OBJECTS cpu/libmdc-runtime.a -o MODEL
#   clang++-22 -pie -fuse-ld=lld-22 -Wl,--gc-sections -static-libstdc++ -static-libgcc OBJECTS
#       cuda/libmdc-runtime.a -o MODEL
# All objects are position independent: Debian's static libraries are, and clang-22 makes no others
# unless told to.
find_program(MDC_LLVM_AR NAMES llvm-ar-22 llvm-ar REQUIRED)
find_library(MDC_STATIC_ZLIB NAMES libz.a REQUIRED)
find_library(MDC_STATIC_CRYPTO NAMES libcrypto.a REQUIRED)

# mdc_runtime_archive(TARGET VARIABLE): the archive's path in VARIABLE, cached.
function(mdc_runtime_archive target variable)
  set(archive ${CMAKE_BINARY_DIR}/lib/mdc/${target}/libmdc-runtime.a)
  set(parts mdc-runtime-main mdc-runtime-${target} mdc-runtime-tool mdc-runtime-serve
      mdc-runtime-exec mdc-runtime-base mdc-simdjson)
  set(script "create ${archive}\n")
  foreach(part IN LISTS parts)
    string(APPEND script "addlib $<TARGET_FILE:${part}>\n")
  endforeach()
  string(APPEND script "addlib ${MDC_STATIC_ZLIB}\naddlib ${MDC_STATIC_CRYPTO}\nsave\nend\n")
  set(steps ${CMAKE_BINARY_DIR}/runtime/archive-${target}.mri)
  file(GENERATE OUTPUT ${steps} CONTENT "${script}")
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/lib/mdc/${target}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${MDC_LLVM_AR} -M < ${steps}
    DEPENDS ${parts} ${steps}
    COMMENT "Merging lib/mdc/${target}/libmdc-runtime.a" VERBATIM)
  add_custom_target(mdc-runtime-archive-${target} ALL DEPENDS ${archive})
  set(${variable} ${archive} CACHE INTERNAL "the merged runtime of ${target}")
endfunction()

mdc_runtime_archive(cpu MDC_RUNTIME_ARCHIVE)
mdc_runtime_archive(cuda MDC_CUDA_RUNTIME_ARCHIVE)
