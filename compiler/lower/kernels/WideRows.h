// Rows of bytes as f32 on a thread's stack, each converted once, though windows of several output
// rows read it.
#pragma once

#include "compiler/lower/kernels/ConvMemory.h"

namespace mdc::lower {

// The input rows under the windows of one output row at a time, of one block of channels.
class WideRows {
public:
  // Windows of neighbouring output rows share input rows, which have a fixed width and fit the
  // stack.
  static bool pay(const ConvShape &shape);

  // `first`: element under the first window of output row 0, the first that advance() gets.
  WideRows(RegionEmitter &emitter, const ConvInput &input, const ConvShape &shape,
           mlir::Value first);

  // Goes on to the windows of `outputRow`; rows are taken in their order, without a gap.
  void advance(mlir::Value outputRow);
  // vector<kLanes x f32> under tap (row, column) of the window of output column `first`.
  mlir::Value lanes(int64_t row, mlir::Value first, int64_t column);

private:
  // Rows of the input that a window reaches over.
  int64_t reach() const { return shape.reachOf({1, 1})[0]; }
  mlir::Value lineOf(mlir::Value inputRow);
  void widen(mlir::Value inputRow);

  RegionEmitter &e;
  const ConvInput &input;
  const ConvShape &shape;
  mlir::Value first;
  mlir::Value memory; // [reach][columns][kLanes]; input row n is line n modulo reach
  mlir::SmallVector<mlir::Value> lines; // of the window's rows
};

// vector<kLanes x ui8> as f32.
mlir::Value widenBytes(RegionEmitter &emitter, mlir::Value lanes);

} // namespace mdc::lower
