#include "compiler/compress/LeastSquares.h"

#include "compiler/compress/Cholesky.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mdc::compress {

namespace {

constexpr int64_t kSides = 16; // outputs that share one pass over a factor
// What damping grows from where the spec has none: a share of the diagonal's mean.
constexpr double kLeastDamping = 1e-12;

int64_t depthOf(llvm::ArrayRef<float> gram) { return std::llround(std::sqrt(double(gram.size()))); }

bool isFinite(llvm::ArrayRef<float> gram) {
  return llvm::all_of(gram, [](float value) { return std::isfinite(value); });
}

// What is added to the diagonal; 1 for data that are all zero, which decide nothing.
double dampingOf(llvm::ArrayRef<float> gram, double share) {
  int64_t depth = depthOf(gram);
  double trace = 0;
  for (int64_t i = 0; i < depth; ++i)
    trace += std::max(0.f, gram[i * depth + i]);
  return trace > 0 ? share * trace / depth : 1;
}

// The rows and columns `order` of the Gram, damped, factored. Rounding of the Gram's own sums may
// leave it slightly indefinite; then the damping grows until a factor exists.
SquareMatrix factorOf(llvm::ArrayRef<float> gram, llvm::ArrayRef<int64_t> order, double damping) {
  int64_t depth = depthOf(gram), extent = order.size();
  for (;; damping = std::max(damping * 10, dampingOf(gram, kLeastDamping))) {
    SquareMatrix matrix(extent);
    for (int64_t i = 0; i < extent; ++i) {
      for (int64_t j = 0; j <= i; ++j)
        matrix.row(i)[j] = gram[order[i] * depth + order[j]];
      matrix.row(i)[i] += damping;
    }
    if (factorCholesky(matrix))
      return matrix;
  }
}

llvm::SmallVector<int64_t> supportOf(llvm::ArrayRef<float> row) {
  llvm::SmallVector<int64_t> support;
  for (auto [index, value] : llvm::enumerate(row))
    if (value != 0)
      support.push_back(index);
  return support;
}

// Outputs [first, last) have one support; their weights on it become
// (G_SS + damping)^-1 (G_S dense + damping dense_S).
void solveGroup(llvm::MutableArrayRef<float> weights, llvm::ArrayRef<float> dense,
                llvm::ArrayRef<float> gram, int64_t first, int64_t last, double damping) {
  int64_t depth = depthOf(gram), count = last - first;
  llvm::SmallVector<int64_t> support = supportOf(weights.slice(first * depth, depth));
  SquareMatrix factor = factorOf(gram, support, damping);
  std::vector<double> sides(support.size() * count, 0);
  for (auto [at, index] : llvm::enumerate(support))
    for (int64_t side = 0; side < count; ++side) {
      const float *row = &dense[(first + side) * depth], *gramRow = &gram[index * depth];
      double sum = damping * row[index];
      for (int64_t k = 0; k < depth; ++k)
        sum += double(gramRow[k]) * row[k];
      sides[at * count + side] = sum;
    }
  solveCholesky(factor, sides, count);
  for (auto [at, index] : llvm::enumerate(support))
    for (int64_t side = 0; side < count; ++side)
      weights[(first + side) * depth + index] = static_cast<float>(sides[at * count + side]);
}

// Borders of runs of outputs with equal supports: [0, ..., outputs].
llvm::SmallVector<int64_t> groupsOf(llvm::ArrayRef<float> weights, int64_t depth) {
  int64_t outputs = weights.size() / depth;
  llvm::SmallVector<int64_t> borders = {0};
  for (int64_t output = 1; output < outputs; ++output) {
    auto row = weights.slice(output * depth, depth);
    auto before = weights.slice((output - 1) * depth, depth);
    bool same = std::equal(row.begin(), row.end(), before.begin(),
                           [](float a, float b) { return (a != 0) == (b != 0); });
    if (!same || output - borders.back() >= kSides)
      borders.push_back(output);
  }
  borders.push_back(outputs);
  return borders;
}

double exactCost(llvm::ArrayRef<float> weights, llvm::ArrayRef<int64_t> borders, int64_t depth) {
  double cost = 0;
  for (size_t i = 0; i + 1 < borders.size(); ++i) {
    double kept = supportOf(weights.slice(borders[i] * depth, depth)).size();
    cost += kept * kept * kept / 3 + kept * depth * (borders[i + 1] - borders[i]);
  }
  return cost;
}

// What becomes of the weight `value` at position `index` of an output.
using Choose = llvm::function_ref<double(int64_t output, int64_t index, double value)>;

// Sweeps over all columns, those of large diagonal first; what choose() takes from a weight is made
// good by the columns that come later. With L L^T the factor of the Gram in reverse order, the rows
// of L^-1 hold how: column j passes its error, over L^-1[j][j], on to the columns before it.
void sweep(int64_t outputs, llvm::ArrayRef<float> dense, llvm::ArrayRef<float> gram, double damping,
           Choose choose) {
  int64_t depth = depthOf(gram);
  std::vector<int64_t> order(depth);
  std::iota(order.begin(), order.end(), 0);
  auto diagonal = [&](int64_t index) { return gram[index * depth + index]; };
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return std::pair(diagonal(a), a) < std::pair(diagonal(b), b);
  });
  SquareMatrix inverse = factorOf(gram, order, damping);
  invertLower(inverse);
  std::vector<double> values(depth * kSides);
  for (int64_t first = 0; first < outputs; first += kSides) {
    int64_t sides = std::min(kSides, outputs - first);
    std::fill(values.begin(), values.end(), 0);
    for (int64_t j = 0; j < depth; ++j)
      for (int64_t side = 0; side < sides; ++side)
        values[j * kSides + side] = dense[(first + side) * depth + order[j]];
    for (int64_t j = depth; j-- > 0;) {
      const double *row = inverse.row(j);
      double errors[kSides] = {};
      bool any = false;
      for (int64_t side = 0; side < sides; ++side) {
        double value = values[j * kSides + side];
        errors[side] = (value - choose(first + side, order[j], value)) / row[j];
        any |= errors[side] != 0;
      }
      for (int64_t k = 0; any && k < j; ++k)
        for (int64_t side = 0; side < kSides; ++side)
          values[k * kSides + side] -= errors[side] * row[k];
    }
  }
}

} // namespace

Solved reconstructMasked(llvm::MutableArrayRef<float> weights, llvm::ArrayRef<float> dense,
                         llvm::ArrayRef<float> gram, const LeastSquaresOptions &options) {
  int64_t depth = depthOf(gram);
  if (depth > kLargestDepth)
    return Solved::TooDeep;
  if (!isFinite(gram))
    return Solved::NotFinite;
  double damping = dampingOf(gram, options.damping);
  llvm::SmallVector<int64_t> borders = groupsOf(weights, depth);
  if (exactCost(weights, borders, depth) <= options.exactBudget) {
    for (size_t i = 0; i + 1 < borders.size(); ++i)
      solveGroup(weights, dense, gram, borders[i], borders[i + 1], damping);
    return Solved::Exactly;
  }
  sweep(weights.size() / depth, dense, gram, damping,
        [&](int64_t output, int64_t index, double value) -> double {
          float &weight = weights[output * depth + index];
          if (weight == 0)
            return 0;
          weight = static_cast<float>(value);
          return value;
        });
  return Solved::BySweep;
}

std::vector<int8_t> reconstructQuantized(llvm::ArrayRef<float> weights, llvm::ArrayRef<float> gram,
                                         llvm::ArrayRef<float> scales, bool keepZeros, int highest,
                                         const LeastSquaresOptions &options) {
  int64_t depth = depthOf(gram);
  if (depth > kLargestDepth || !isFinite(gram))
    return {};
  std::vector<int8_t> integers(weights.size());
  auto choose = [&](int64_t output, int64_t index, double value) -> double {
    int64_t at = output * depth + index;
    double scale = scales[scales.size() == 1 ? 0 : output];
    if (scale <= 0 || (keepZeros && weights[at] == 0))
      return 0;
    double rounded = std::clamp<double>(std::nearbyint(value / scale), -highest, highest);
    integers[at] = static_cast<int8_t>(rounded);
    return rounded * scale;
  };
  sweep(weights.size() / depth, weights, gram, dampingOf(gram, options.damping), choose);
  return integers;
}

double outputError(llvm::ArrayRef<float> weights, llvm::ArrayRef<float> dense,
                   llvm::ArrayRef<float> gram) {
  int64_t depth = depthOf(gram), outputs = weights.size() / depth;
  double total = 0;
  std::vector<double> change(depth);
  for (int64_t output = 0; output < outputs; ++output) {
    for (int64_t k = 0; k < depth; ++k)
      change[k] = double(weights[output * depth + k]) - dense[output * depth + k];
    for (int64_t i = 0; i < depth; ++i) {
      double sum = 0;
      for (int64_t k = 0; k < depth && change[i] != 0; ++k)
        sum += double(gram[i * depth + k]) * change[k];
      total += change[i] * sum;
    }
  }
  return total;
}

} // namespace mdc::compress
