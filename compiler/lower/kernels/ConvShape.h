// The numbers of a convolution as two spatial axes; one with a single axis has height 1.
#pragma once

#include "compiler/lower/Layout.h"
#include "compiler/lower/TileTable.h"
#include "dialects/graph/Graph.h"
#include <array>
#include <optional>

namespace mdc::lower {

// Per spatial axis: height, width.
using Pair = std::array<int64_t, 2>;

// What is multiplied: f32; ui8 by i8 in i32, four channels a step; f32 by i8 taken as f32.
enum class ConvProducts { Floats, Bytes, ByteWeights };

struct ConvShape {
  ConvProducts products = ConvProducts::Floats;
  int64_t shortSums = 0; // of bytes: graph.short_sums, 0 without it
  int64_t inChannels = 0, outChannels = 0, groups = 1;
  Pair in = {1, 1}, out = {1, 1}, kernel = {1, 1}, stride = {1, 1}, dilation = {1, 1};
  Pair padLow = {0, 0}, padHigh = {0, 0};
  bool flat = false; // one spatial axis only
  // The same as expressions of open dimensions; `in` and `out` are -1 where they are no numbers.
  std::array<mlir::AffineExpr, 2> inExtents, outExtents;

  // Of the output, for estimates: as if each open extent were 32.
  int64_t pixels() const { return (out[0] < 0 ? 32 : out[0]) * (out[1] < 0 ? 32 : out[1]); }
  bool open() const { return in[0] < 0 || in[1] < 0 || out[0] < 0 || out[1] < 0; }

  bool depthwise() const { return groups > 1 && groups == inChannels && groups == outChannels; }
  // Input channels (of a depthwise convolution: rows of the window) that one step of the kernel
  // multiplies.
  int64_t group() const { return products == ConvProducts::Bytes ? 4 : 1; }
  Terms terms() const { return products == ConvProducts::Bytes ? Terms::Bytes : Terms::Floats; }
  // Of the input, under the windows of this many pixels.
  Pair reachOf(Pair pixels) const {
    Pair reach;
    for (int axis = 0; axis < 2; ++axis)
      reach[axis] = (pixels[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
    return reach;
  }
  // Whether a step multiplies neighbours of a row instead: of one channel they lie together. Rows
  // of one pixel are left to the form that other layouts have.
  bool groupsTaps() const {
    return products == ConvProducts::Bytes && inChannels == 1 && dilation[1] == 1 && in[1] != 1;
  }
  // Columns of the window, those included that the last step of a row takes along: they meet
  // weights of zero.
  int64_t paddedWidth() const {
    return groupsTaps() ? (kernel[1] + group() - 1) / group() * group() : kernel[1];
  }
  // Channels that lie together in the input: all of them when there are few.
  int64_t channelBlock() const;
  // Rows or columns of border that the window reaches before and behind the input; at most, where
  // the extents are open.
  int64_t reachLow(int axis) const { return padLow[axis]; }
  int64_t reachHigh(int axis) const;
};

// Nothing where the kernels do not apply: three spatial axes, open channels, other element types,
// groups that do not fill vectors.
std::optional<ConvShape> convShape(graph::ConvOp op);

// Border widths of a layout, {low, high} as pairs; zeros where the layout has none.
std::pair<Pair, Pair> bordersOf(const Layout &layout, bool flat);

} // namespace mdc::lower
