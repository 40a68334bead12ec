// The body of a parallel loop as a function of its own.
#pragma once

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mdc::lower {

// Computes again at the builder's place what the loop's body reads from outside, and `others`;
// `mapping` then holds the copies. Fails with an error at a value that depends on memory or on
// another loop.
mlir::LogicalResult recomputeCaptured(mlir::scf::ParallelOp loop, mlir::ValueRange others,
                                      mlir::OpBuilder &builder, mlir::IRMapping &mapping);

} // namespace mdc::lower
