// Rows of bytes as pairs of 16-bit numbers on a thread's stack, each widened once, though windows
// of several output rows read it.
#pragma once

#include "compiler/lower/kernels/ConvMemory.h"

namespace mdc::lower {

// The input rows under the windows of one output row at a time, of one block of channels. A pair is
// one channel of two rows that follow each other in the window.
class WideRows {
public:
  // Windows of neighbouring output rows share pairs of input rows, which have a fixed width and fit
  // the stack.
  static bool pay(const ConvShape &shape);

  // `first`: element under the first window of output row 0, the first that advance() gets.
  WideRows(RegionEmitter &emitter, const ConvInput &input, const ConvShape &shape,
           mlir::Value first);

  // Goes on to the windows of `outputRow`; rows are taken in their order, without a gap.
  void advance(mlir::Value outputRow);
  // vector<2 * kLanes x i16>: the channels under taps (row, column) and (row + 1, column) of the
  // window of output column `first`.
  mlir::Value lanes(int64_t row, mlir::Value first, int64_t column);

private:
  mlir::Value lineOf(mlir::Value inputRow);
  void widen(mlir::Value inputRow);

  RegionEmitter &e;
  const ConvInput &input;
  const ConvShape &shape;
  mlir::Value first;
  // [lines][columns][kLanes] pairs; the one that begins with input row n is line n modulo lines.
  mlir::Value memory;
  mlir::SmallVector<mlir::Value> lines; // of the window's rows but the last
};

} // namespace mdc::lower
