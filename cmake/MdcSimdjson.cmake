# mdc-simdjson: simdjson as a static library. Debian ships it only as a shared one, which a static
# serving binary cannot use, so the source comes from PyPI's pysimdjson, pinned by digest.
# -DMDC_SIMDJSON_DIR=FOLDER names a folder that holds simdjson.h and simdjson.cpp already.
set(MDC_SIMDJSON_DIR ${CMAKE_SOURCE_DIR}/.cache/simdjson
    CACHE PATH "folder of simdjson.h and simdjson.cpp")
set(MDC_SIMDJSON_PACKAGE pysimdjson-7.0.2)
set(MDC_SIMDJSON_SHA256 44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a)

function(mdc_fetch_simdjson folder)
  set(archive ${folder}/${MDC_SIMDJSON_PACKAGE}.tar.gz)
  string(REPLACE "-" "==" requirement ${MDC_SIMDJSON_PACKAGE})
  find_program(MDC_PIP NAMES pip pip3 HINTS ${CMAKE_SOURCE_DIR}/.venv/bin REQUIRED)
  execute_process(COMMAND ${MDC_PIP} download --quiet --no-deps --no-binary pysimdjson
                          --dest ${folder} ${requirement}
                  RESULT_VARIABLE failed ERROR_VARIABLE reason)
  if(failed)
    message(FATAL_ERROR "could not fetch ${requirement} from PyPI: ${reason}\n"
            "note: put simdjson.h and simdjson.cpp in ${folder}, or name their folder with "
            "-DMDC_SIMDJSON_DIR=FOLDER")
  endif()
  file(SHA256 ${archive} digest)
  if(NOT digest STREQUAL MDC_SIMDJSON_SHA256)
    message(FATAL_ERROR "${archive} has digest ${digest}, expected ${MDC_SIMDJSON_SHA256}")
  endif()
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${folder} PATTERNS */simdjson/simdjson.*)
  file(RENAME ${folder}/${MDC_SIMDJSON_PACKAGE}/simdjson/simdjson.h ${folder}/simdjson.h)
  file(RENAME ${folder}/${MDC_SIMDJSON_PACKAGE}/simdjson/simdjson.cpp ${folder}/simdjson.cpp)
endfunction()

if(NOT EXISTS ${MDC_SIMDJSON_DIR}/simdjson.cpp)
  mdc_fetch_simdjson(${MDC_SIMDJSON_DIR})
endif()

add_library(mdc-simdjson STATIC ${MDC_SIMDJSON_DIR}/simdjson.cpp)
target_include_directories(mdc-simdjson SYSTEM PUBLIC ${MDC_SIMDJSON_DIR})
target_compile_options(mdc-simdjson PRIVATE -march=x86-64-v3 -ffunction-sections -fdata-sections)
# Two of its implementations are enough, each costs 100 KB: the runtime asks for x86-64-v3 anyway.
target_compile_definitions(mdc-simdjson PRIVATE SIMDJSON_IMPLEMENTATION_ICELAKE=0
                           SIMDJSON_IMPLEMENTATION_WESTMERE=0)
