#include "compiler/lower/kernels/TurnedPlane.h"

#include "compiler/lower/kernels/SparseSingles.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdc::lower {

// Of the channels that are turned at once: most of the first-level cache of the smaller CPUs.
static constexpr int64_t kTurnedFloats = (24 << 10) / sizeof(float);

// Sums of a tile that the registers of AVX2 hold, beside a weight.
static constexpr int64_t kMostVectors = 6;

std::optional<TurnedPlane> turnedPlane(const ConvShape &shape) {
  if (shape.products != ConvProducts::Floats || shape.open() || shape.groups != 1 ||
      shape.channelBlock() != kLanes)
    return std::nullopt;
  TurnedPlane plane;
  Pair reach; // of the window in a phase
  for (int axis = 0; axis < 2; ++axis) {
    plane.phases[axis] = shape.kernel[axis] == 1 ? 1 : shape.stride[axis];
    reach[axis] = (shape.kernel[axis] - 1) * shape.dilation[axis] / shape.stride[axis];
  }
  PlaneOffsets &offsets = plane.offsets;
  offsets.stride = shape.stride;
  offsets.dilation = shape.dilation;
  offsets.pitch = shape.out[1] + reach[1];
  int64_t positions = (shape.out[0] - 1) * offsets.pitch + shape.out[1];
  plane.positions = singlesVectors(positions, kMostVectors) * kLanes;
  plane.tiles = llvm::divideCeil(positions, plane.positions);
  offsets.line =
      llvm::alignTo(plane.positions + reach[0] * offsets.pitch + reach[1], int64_t(kLanes));
  if (plane.channelFloats() * kLanes > 4 * kTurnedFloats)
    return std::nullopt;
  int64_t blocks = llvm::divideCeil(shape.inChannels, kLanes);
  int64_t most = std::max<int64_t>(1, kTurnedFloats / (plane.channelFloats() * kLanes));
  int64_t runs = llvm::divideCeil(blocks, most);
  offsets.channels = llvm::divideCeil(blocks, runs) * kLanes;
  return plane;
}

} // namespace mdc::lower
