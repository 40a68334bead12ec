// Declarations of the stage's passes, generated from Passes.td.
#pragma once

#include "compiler/compress/Choices.h"
#include "dialects/graph/Graph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mdc::compress {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/compress/Passes.h.inc"
} // namespace mdc::compress
