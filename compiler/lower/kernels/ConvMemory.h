// Where a convolution's operands lie, and how its results are stored.
#pragma once

#include "compiler/lower/kernels/ConvShape.h"
#include "compiler/lower/kernels/MultiplyAdd.h"
#include "dialects/graph/Shape.h"

namespace mdc::lower {

// The input in blocks of channels, with its border.
class ConvInput {
public:
  ConvInput(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape);
  // A part of it that was copied: [block][rows][columns][pixelElements].
  // `windowPixels`: between the windows of neighbours.
  ConvInput(RegionEmitter &emitter, mlir::Value flat, Pair extents, int64_t pixelElements,
            Pair windowPixels);

  mlir::Value flat;   // of the input's elements
  int64_t block = 16; // of them that lie together: channels, or pairs of them
  // Elements between pixels; of an open width `rows` must be 0.
  int64_t pixelStride(int64_t rows, int64_t columns) const {
    return (rows * graph::constantOf(pitch).value_or(0) + columns) * block;
  }
  // The same between the windows of output pixels.
  int64_t windowStride(int64_t rows, int64_t columns) const {
    return pixelStride(rows * stride[0], columns * stride[1]);
  }
  mlir::Value rowStride(int64_t rows) const;
  mlir::Value blockStride() const;
  // Element under the first tap of the window of output pixel (row, column), first channel of block
  // `channelBlock`.
  mlir::Value windowOf(mlir::Value batch, mlir::Value channelBlock, mlir::Value row,
                       mlir::Value column);

private:
  RegionEmitter &e;
  mlir::AffineExpr rows, pitch; // with the border
  int64_t blocks = 1;
  Pair skip = {0, 0}, stride = {1, 1};
};

// Stores the sums of one pixel's vector of channels.
class ConvOutput {
public:
  ConvOutput(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape)
      : e(emitter), root(root), shape(shape) {}

  // Sums that start at the bias of the channels from `firstChannel` on, or at zero.
  mlir::Value start(mlir::Value firstChannel);
  // The same of one channel in all lanes.
  mlir::Value startOf(mlir::Value channel);
  // `column` counts over all rows when the pixels are joined to one row.
  void store(mlir::Value batch, mlir::Value firstChannel, mlir::Value row, mlir::Value column,
             mlir::Value sum, bool joined = false);

private:
  mlir::Value startAt(LaneIndex channel);

  RegionEmitter &e;
  graph::ConvOp root;
  const ConvShape &shape;
};

} // namespace mdc::lower
