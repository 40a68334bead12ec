// Resizes that weigh more than the two nearest elements of an axis: cubic interpolation, and those
// that shrink without aliases. On an axis of fixed extents they are a product with fixed weights.
#pragma once

#include <cstdint>
#include <vector>

namespace mdc::importer {

struct ResizeFilter {
  bool cubic = false; ///< else linear
  double cubicCoefficient = -0.75;
  bool antialias = false;       ///< where the axis shrinks, the filter is stretched by 1 / ratio
  bool excludesOutside = false; ///< else elements outside of the input are those of its edge
};

/// The grid of one axis: result index i lies at scale * i + offset of the input.
struct ResizeGrid {
  double scale = 1, offset = 0;
  double ratio = 1;              ///< result / input, whatever the coordinates
  int64_t result = 1, input = 1; ///< extents
};

/// [result][input], row-major; the weights of a row add up to 1. The filters of ONNX's reference.
std::vector<double> resizeWeights(const ResizeFilter &filter, const ResizeGrid &grid);

} // namespace mdc::importer
