# lib/mdc/cuda/NAME.bc: CUDA C++ as LLVM bitcode that `mdc build` links into the kernels it
# generates. No CUDA Toolkit is needed for this. The passes run after linking, when shapes are
# known; of what architecture the code is for, nothing may stay: functions of different ones do not
# inline, and the compiler that links this decides.
find_program(MDC_LLVM_AS NAMES llvm-as-22 llvm-as PATHS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
find_program(MDC_LLVM_LINK NAMES llvm-link-22 llvm-link PATHS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
find_file(MDC_LIBCLC nvptx64--.bc PATHS /usr/lib/clc /usr/share/clc
          DOC "libclc's functions for GPUs (Debian's libclc-22)" REQUIRED)
set(MDC_CUDA_FOLDER ${CMAKE_BINARY_DIR}/lib/mdc/cuda)
# Clang takes the version of PTX from the toolkit that it finds, without one a version before sm_80:
# so it is given, that of sm_80 in compiler/codegen/GpuCode.cpp, and a toolkit is not looked for.
set(MDC_CUDA_COMPILE ${CMAKE_CXX_COMPILER} -x cuda --cuda-device-only -nocudainc -nocudalib
    --cuda-gpu-arch=sm_80 --cuda-feature=+ptx80 --cuda-path=/none -std=c++20
    -Wall -Wextra -Werror -fomit-frame-pointer -O2 -Xclang -disable-llvm-passes -S -emit-llvm
    -I${CMAKE_SOURCE_DIR})
set(MDC_CUDA_FORGET 
    "s/ \"(target-cpu|target-features|stack-protector-buffer-size|frame-pointer)\"=\"[^\"]*\"//g")

# mdc_add_cuda_bitcode(TARGET NAMES... [LIBCLC NAMES...]): each from NAME.cu of the current folder,
# those behind LIBCLC with what they call of it.
function(mdc_add_cuda_bitcode target)
  cmake_parse_arguments(PARSE_ARGV 1 argument "" "" LIBCLC)
  set(outputs)
  foreach(name ${argument_UNPARSED_ARGUMENTS} ${argument_LIBCLC})
    set(link)
    if(name IN_LIST argument_LIBCLC)
      set(link COMMAND ${MDC_LLVM_LINK} -S --only-needed --internalize --suppress-warnings
               ${CMAKE_CURRENT_BINARY_DIR}/${name}.ll ${MDC_LIBCLC}
               -o ${CMAKE_CURRENT_BINARY_DIR}/${name}.ll)
    endif()
    set(assembly ${CMAKE_CURRENT_BINARY_DIR}/${name}.ll)
    set(output ${MDC_CUDA_FOLDER}/${name}.bc)
    add_custom_command(OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${MDC_CUDA_FOLDER}
      COMMAND ${MDC_CUDA_COMPILE} -MD -MF ${assembly}.d -MT ${output} ${name}.cu -o ${assembly}
      # the source's own path stays out of the bitcode, but Ninja needs it
      COMMAND sed -i "s| ${name}.cu| ${CMAKE_CURRENT_SOURCE_DIR}/${name}.cu|" ${assembly}.d
      ${link}
      COMMAND sed -E -i ${MDC_CUDA_FORGET} ${assembly}
      COMMAND ${MDC_LLVM_AS} ${assembly} -o ${output}
      WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
      DEPENDS ${name}.cu DEPFILE ${assembly}.d
      COMMENT "Compiling lib/mdc/cuda/${name}.bc" VERBATIM)
    list(APPEND outputs ${output})
  endforeach()
  add_custom_target(${target} ALL DEPENDS ${outputs})
endfunction()
