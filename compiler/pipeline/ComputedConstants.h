// Parts of a model that depend on nothing that a request brings: computed once, when it is built.
#pragma once

#include "compiler/pipeline/AuxiliaryProgram.h"

namespace mdc::pipeline {

/// Replaces each such part of a simplified module by constants, which a program of the build
/// computes. ExitDone, also where there is nothing to compute; else after an error.
ExitCode computeConstants(mlir::ModuleOp module, const spec::Spec &spec, const BuildTools &tools,
                          Diagnostics &diagnostics);

} // namespace mdc::pipeline
