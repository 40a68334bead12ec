// Convolutions that run on a GPU over channels that lie together, and how their operands lie then.
#pragma once

#include "compiler/lower/kernels/Conv.h"
#include "dialects/graph/Graph.h"
#include <array>
#include <optional>
#include <string>

namespace mdc::lower {

// The numbers of a convolution as two spatial axes, height and width; one with a single axis has
// height 1. Channels are those of one group, pitches are elements.
struct GpuConvShape {
  std::string element; // of the main loops, the input's first: loopElement()
  bool depthwise = false;
  int64_t groups = 1, channels = 0, outChannels = 0;
  int64_t pixelPitch = 0;   // from a pixel of the input to the next
  int64_t channelPitch = 0; // from a tap of a weight to the next
  std::array<int64_t, 2> kernel = {1, 1}, stride = {1, 1}, dilation = {1, 1};
  std::array<int64_t, 2> pad = {0, 0}; // before the first row and column
  mlir::AffineExpr pictures;
  std::array<mlir::AffineExpr, 2> in, out; // extents

  int64_t taps() const { return kernel[0] * kernel[1]; }
  mlir::AffineExpr pixels() const { return pictures * out[0] * out[1]; } // of the result
  // Whether the pixels of the input are the windows.
  bool isPointwise() const;
};

// None for three spatial axes, open channels, weights that are no constants or have fewer output
// channels a group than kFewProductRows, groups whose channels do not fill 16 bytes, and types that
// no main loop multiplies. `isConstant`: whether the weight is known when mdc builds.
std::optional<GpuConvShape> gpuConvShape(graph::ConvOp conv, bool isConstant);

// The input channels last, a weight "taps-last" or, of a depthwise convolution, "channels-last".
ConvLayouts gpuConvLayouts(graph::ConvOp conv, const GpuConvShape &shape);

} // namespace mdc::lower
