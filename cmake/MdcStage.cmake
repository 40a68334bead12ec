# mdc_add_stage(NAME [PASSES] [MLIR] SOURCES... LINK ...): one folder of compiler/ as a static
# library. PASSES: generates NAME's Passes.h.inc from Passes.td. MLIR: links libMLIR and uses the
# precompiled header.
function(mdc_add_stage name)
  cmake_parse_arguments(ARG "PASSES;MLIR" "" "SOURCES;LINK" ${ARGN})
  add_library(mdc-${name} STATIC ${ARG_SOURCES})
  target_link_libraries(mdc-${name} PUBLIC mdc-llvm ${ARG_LINK})
  if(ARG_PASSES)
    set(LLVM_TARGET_DEFINITIONS Passes.td)
    mlir_tablegen(Passes.h.inc -gen-pass-decls -name Mdc)
    add_public_tablegen_target(mdc-${name}-passes)
    add_dependencies(mdc-${name} mdc-${name}-passes)
  endif()
  if(ARG_MLIR)
    add_dependencies(mdc-${name} mdc-dialects)
    target_link_libraries(mdc-${name} PUBLIC MLIR LLVM)
    target_precompile_headers(mdc-${name} REUSE_FROM mdc-mlir-pch)
  endif()
endfunction()
