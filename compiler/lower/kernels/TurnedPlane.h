// A convolution's input with the pixels of a channel side by side, as far as a tile of positions
// needs it: [channel][row phase][column phase][line]. Single weights are multiplied with vectors of
// it.
//
// A position is a pixel of the output, rows one after the other with some positions between that
// belong to no pixel, so that the input of a tap lies at one distance from all of them. With a
// stride of 2 every second row and column make a picture of their own, a phase.
#pragma once

#include "compiler/lower/SparsePacking.h"
#include "compiler/lower/kernels/ConvShape.h"

namespace mdc::lower {

struct TurnedPlane {
  int64_t positions = kLanes; // of a tile: sums computed together, a multiple of kLanes
  int64_t tiles = 1;          // of the output's plane
  Pair phases = {1, 1};
  PlaneOffsets offsets;

  int64_t channelFloats() const { return phases[0] * phases[1] * offsets.line; }
};

// Nothing where the kernel does not apply: bytes, open extents, groups, few channels, windows that
// reach over too many rows.
std::optional<TurnedPlane> turnedPlane(const ConvShape &shape);

} // namespace mdc::lower
