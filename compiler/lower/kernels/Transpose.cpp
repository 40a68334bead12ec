#include "compiler/lower/kernels/Transpose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

// Exchanges the off-diagonal quarters of all squares of 2 * half lanes: log2(kLanes) such steps
// transpose. Each is a blend of two vectors within or across 128-bit parts.
SmallVector<Value> transposeLanes(RegionEmitter &e, ArrayRef<Value> rows) {
  SmallVector<Value> square(rows.begin(), rows.end());
  for (int64_t half = kLanes / 2; half >= 1; half /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      bool second = (lane & half) != 0;
      low.push_back(second ? kLanes + lane - half : lane);
      high.push_back(second ? kLanes + lane : lane + half);
    }
    for (int64_t row = 0; row < kLanes; ++row) {
      if (row & half)
        continue;
      Value upper = square[row], lower = square[row + half];
      square[row] = vector::ShuffleOp::create(e.builder, e.loc(), upper, lower, low);
      square[row + half] = vector::ShuffleOp::create(e.builder, e.loc(), upper, lower, high);
    }
  }
  return square;
}

} // namespace mdc::lower
