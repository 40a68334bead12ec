get_filename_component(MDC_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
# Finds LLVM and MLIR 22 as Debian installs them; everything links the shared libMLIR and libLLVM.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
set(LLVM_LINK_LLVM_DYLIB ON)
set(MLIR_LINK_MLIR_DYLIB ON)
set(LLVM_TOOLS_DIR ${LLVM_TOOLS_BINARY_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)
# What upstream's include directories and definitions ask of our compiler stages.
add_library(mdc-llvm INTERFACE)
target_include_directories(mdc-llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_include_directories(mdc-llvm INTERFACE ${MDC_ROOT} ${CMAKE_BINARY_DIR}
                           ${MDC_ROOT}/runtime/include)
target_compile_definitions(mdc-llvm INTERFACE ${LLVM_DEFINITIONS_LIST})
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories(${MDC_ROOT})
target_compile_options(mdc-llvm INTERFACE -fno-exceptions -fno-rtti -Wall -Wextra
                       -Wno-unused-parameter -Werror=return-type)
