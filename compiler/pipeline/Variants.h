// One compiled variant for each combination of the extents that [model.dims] lists.
#pragma once

#include "compiler/spec/Spec.h"

#include "mlir/IR/BuiltinOps.h"

namespace mdc::pipeline {

/// Replaces @main by a function for each combination of listed extents, the smallest first. A
/// dimension whose rows depend on each other stays open, with a remark that names the op. False
/// after MLIR has reported why.
bool splitVariants(mlir::ModuleOp module, const spec::Spec &spec);

} // namespace mdc::pipeline
