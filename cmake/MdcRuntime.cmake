# mdc_add_runtime(NAME SOURCES...): a static library of the runtime half. It is linked into every
# serving binary, so it is built for size and baseline x86-64-v3, each function in its own section.
set(MDC_RUNTIME_OPTIONS -Wall -Wextra -Werror=return-type -march=x86-64-v3
    -ffunction-sections -fdata-sections)
function(mdc_add_runtime name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/runtime/include)
  target_compile_options(${name} PRIVATE ${MDC_RUNTIME_OPTIONS})
endfunction()
