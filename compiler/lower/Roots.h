// The loops of a region, by its root op. Each function writes the whole kernel body for results
// that its root leads to.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// Whether an op decides the loops of its region; a region has at most one such op.
bool isRoot(mlir::Operation *op);

// How the elements of a result are dealt out.
enum class Points {
  Lanes,  // many lanes at a time
  Single, // one by one
  Rows, // each stands for a row that its body combines: one by one, on a GPU by a group of threads
};

// Calls `body` for every element of `type` under `layout`, lanes along the axis that is contiguous
// in memory: indices, lanes, and a mask for a ragged end (null: all lanes). `work` is the
// elementary operations of one element.
using PointBody = llvm::function_ref<void(const Indices &, int64_t lanes, mlir::Value mask)>;
void forEachPoint(RegionEmitter &emitter, mlir::RankedTensorType type, const Layout &layout,
                  double work, Points points, PointBody body);

// One spatial axis of a window at an output coordinate: which taps fall inside the input.
struct WindowTaps {
  mlir::Value origin; // input coordinate of tap 0, may be negative
  mlir::Value low, high;
};
WindowTaps tapsAt(RegionEmitter &emitter, mlir::Value at, mlir::Value extent, int64_t kernel,
                  int64_t stride, int64_t pad, int64_t dilation);

// The axis that forEachPoint runs lanes along in row-major memory; -1 for rank 0.
int64_t laneAxisOf(const graph::Extents &extents);

// A border's value as it lies in memory.
mlir::Value borderConstant(RegionEmitter &emitter, mlir::Type element, int64_t value);
// Writes the border that the layout of result `number` asks for.
void fillBorder(RegionEmitter &emitter, unsigned number);

// Number of ops that compute in the region: an estimate of the work of one element.
double workOf(RegionEmitter &emitter);

void emitMap(RegionEmitter &emitter);
void emitConcat(RegionEmitter &emitter, graph::ConcatOp root);
void emitReduce(RegionEmitter &emitter, graph::ReduceOp root);
void emitArgReduce(RegionEmitter &emitter, graph::ArgReduceOp root);
void emitCumSum(RegionEmitter &emitter, graph::CumSumOp root);
void emitSoftmax(RegionEmitter &emitter, graph::SoftmaxOp root);
void emitNorm(RegionEmitter &emitter, graph::NormOp root);
void emitQuantizeRows(RegionEmitter &emitter, graph::QuantizeRowsOp root);
void emitPool(RegionEmitter &emitter, graph::PoolOp root);
// The plain forms, for shapes and types without a kernel of their own.
void emitPlainConv(RegionEmitter &emitter, graph::ConvOp root);
void emitPlainMatmul(RegionEmitter &emitter, graph::MatmulOp root);

} // namespace mdc::lower
