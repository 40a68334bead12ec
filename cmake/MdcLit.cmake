# Configures lit for the tree: `ninja check-lit` runs what ./dev test runs.
# MDC_PYTHON is the interpreter of the private environment, ./dev passes it.
if(NOT DEFINED MDC_PYTHON)
  set(MDC_PYTHON ${CMAKE_SOURCE_DIR}/.venv/bin/python)
endif()

function(mdc_configure_lit)
  configure_file(${CMAKE_SOURCE_DIR}/test/lit.site.cfg.py.in
                 ${CMAKE_BINARY_DIR}/test/lit.site.cfg.py @ONLY)
  add_custom_target(check-lit
    COMMAND ${MDC_PYTHON} -c "from lit.main import main; main()" -sv ${CMAKE_BINARY_DIR}/test
    USES_TERMINAL)
endfunction()

# mdc_add_unit_test(NAME SOURCES... LINK ...): a GoogleTest program, run by ctest.
function(mdc_add_unit_test name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}
                             ${CMAKE_SOURCE_DIR}/runtime/include)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
