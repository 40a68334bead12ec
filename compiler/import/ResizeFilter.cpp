#include "compiler/import/ResizeFilter.h"

#include <algorithm>
#include <cmath>

namespace mdc::importer {

// Of an element so many elements away.
static double weightAt(const ResizeFilter &filter, double distance) {
  double d = std::abs(distance), a = filter.cubicCoefficient;
  if (!filter.cubic)
    return std::max(0.0, 1 - d);
  if (d <= 1)
    return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

std::vector<double> resizeWeights(const ResizeFilter &filter, const ResizeGrid &grid) {
  std::vector<double> weights(grid.result * grid.input, 0.0);
  double shrunk = filter.antialias ? std::min(1.0, grid.ratio) : 1;
  double reach = (filter.cubic ? 2 : 1) / shrunk;
  for (int64_t i = 0; i < grid.result; ++i) {
    double *row = weights.data() + i * grid.input, total = 0;
    double x = grid.scale * double(i) + grid.offset;
    for (auto at = int64_t(std::floor(x - reach)); at <= int64_t(std::ceil(x + reach)); ++at) {
      bool inside = at >= 0 && at < grid.input;
      if (!inside && filter.excludesOutside)
        continue;
      double weight = weightAt(filter, (double(at) - x) * shrunk);
      row[std::clamp<int64_t>(at, 0, grid.input - 1)] += weight;
      total += weight;
    }
    for (int64_t at = 0; at < grid.input && total != 0; ++at)
      row[at] /= total;
  }
  return weights;
}

} // namespace mdc::importer
