// Attention on a GPU: the product of queries and keys, softmax and the product with the values in
// one loop of runtime/cuda/kernels, which writes nothing of the size of the scores.
#pragma once

#include "compiler/lower/gpu/GpuProduct.h"
#include "dialects/graph/Graph.h"

namespace mdc::lower {

// The ops of attention, of which only the last has a reader outside.
struct AttentionOps {
  graph::MatmulOp scores; // of queries and keys
  graph::SoftmaxOp softmax;
  graph::MatmulOp root;                       // with the values
  llvm::SmallVector<mlir::Operation *> inner; // all but the root: between them elementwise ones
};

// What `root` computes as attention that a loop takes: both products of the same floats, heads of
// no more elements than an attentionLoop() has, batches that lie in two loops, of f32 more than a
// few rows. Nothing else.
std::optional<AttentionOps> attentionAt(graph::MatmulOp root);

// The kernels of a region that holds an attention's ops; none for other regions, and nothing is
// added.
std::optional<GpuProduct> emitGpuAttention(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                           llvm::StringRef symbol);

} // namespace mdc::lower
