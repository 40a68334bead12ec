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

// The same on a GPU: a thread for each element, for a run of elements that one access moves, or a
// group of threads. Neighbouring threads have neighbouring places in the result's memory.
void forEachThread(RegionEmitter &emitter, const graph::Extents &extents, const Layout &layout,
                   double work, Points points, PointBody body);

// Channels of the results that a thread of a GPU takes at once where they are channels last: those
// of 16 bytes of the widest element that lies so. 1 where they are not, or where an operand has no
// such runs.
int64_t channelRun(RegionEmitter &emitter);

// Whether channels of a row-major operand that lie side by side end inside of a run of `run`; the
// result has `rank` axes, more than 2.
bool endsInsideRun(mlir::RankedTensorType type, int64_t rank, int64_t run);

// The runs along the last axis of what is row-major: of `extents`, a part of the results of a map
// or concat, which begins at a multiple of as many elements. 1 where the axis is no multiple of it,
// or where an operand's elements do not follow each other along it.
int64_t rowRun(RegionEmitter &emitter, const graph::Extents &extents);

// The same along the last axis of `input` and of result 0, where other axes are combined.
int64_t columnRun(RegionEmitter &emitter, mlir::Value input);

// The side of squares that a transpose turns: along the last axis of its input and of the results,
// whose value is known behind it. 1 where either has no such runs.
int64_t squareRun(RegionEmitter &emitter, graph::TransposeOp op);

// Whether the epilogue of a product of matrices reads and writes two neighbouring columns, of which
// the first is even, by one access each.
bool storesPairs(mlir::func::FuncOp region);

// Where the element at an index of the shape `from` is in the shape `to`, which holds the same
// elements in the same order. Nothing where lanes would not lie along one axis.
std::optional<Indices> reshapedIndices(RegionEmitter &emitter, const graph::Extents &from,
                                       const graph::Extents &to, const Indices &indices,
                                       int64_t lanes);

// Whether all results have the shape of `op`, and every op between it and them has the same element
// at the same index: its value may be defined where the results are stored.
bool leadsInPlace(mlir::func::FuncOp region, mlir::Operation *op);

// The last ops in front of a result if moves are among them: transposes and reshapes, with casts
// between and behind them, in their order; and what the first one reads. No ops, and the result,
// where there is no move.
struct StorePath {
  mlir::Value base;
  llvm::SmallVector<mlir::Operation *> moves;
};
StorePath storePath(mlir::Value yielded);

// Whether what each result's path begins with has the shape of `root`, so that the elements of
// `root` are stored from where they are.
bool endsAt(mlir::func::FuncOp region, mlir::Value root);

// Stores result `result` from the elements of its path's base at `indices`: to where the moves take
// them.
void storeMoved(RegionEmitter &emitter, unsigned result, const Indices &indices, int64_t lanes,
                mlir::Value mask);

// Lanes of a step along rows, the last axis of `input`, whose elements are combined; `storesRows`:
// the results of the first one's shape have such rows too. On a GPU the threads of a group take
// turns, each with a run if there is one for every thread.
int64_t rowLanes(RegionEmitter &emitter, mlir::Value input, bool storesRows);

// Where every element of the region's results depends on elements at the same pixel alone, and all
// that has pixels lies channels last: an axis whose index may count the pixels of all pictures,
// with 0 for the others. `product` is passed over, an op whose value is known wherever it is read;
// or null.
std::optional<unsigned> pixelAxis(RegionEmitter &emitter, mlir::Operation *product);

// Whether an op yields the channel that it reads.
bool keepsChannels(mlir::Operation *op);

// One spatial axis of a window at an output coordinate: which taps fall inside the input.
struct WindowTaps {
  mlir::Value origin; // input coordinate of tap 0, may be negative
  mlir::Value low, high;
};
WindowTaps tapsAt(RegionEmitter &emitter, mlir::Value at, mlir::Value extent, int64_t kernel,
                  int64_t stride, int64_t pad, int64_t dilation);

// One stretch [low, high) of the lane axis: whole vectors, then one with a mask.
void forEachLane(RegionEmitter &emitter, mlir::Value low, mlir::Value high, int64_t lanes,
                 llvm::function_ref<void(mlir::Value, mlir::Value)> body);

// The axis that forEachPoint runs lanes along in row-major memory; -1 for rank 0.
int64_t laneAxisOf(const graph::Extents &extents);

// A border's value as it lies in memory.
mlir::Value borderConstant(RegionEmitter &emitter, mlir::Type element, int64_t value);
// Writes the border that the layout of result `number` asks for.
void fillBorder(RegionEmitter &emitter, unsigned number);

// Number of ops that compute in the region: an estimate of the work of one element.
double workOf(RegionEmitter &emitter);

void emitMap(RegionEmitter &emitter);
// A map whose rows a transpose brings from apart; false, and nothing emitted, where none does.
bool emitTransposed(RegionEmitter &emitter);
// A map of row-major rows that a resize makes; false, and nothing emitted, where there is none,
// where rows may be wide, or where it takes far fewer columns than the input has.
bool emitResized(RegionEmitter &emitter);
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
