// The register tiles of the kernels: which shape of tile an op uses on which machine. One place, so
// that a measurement changes one line. Panels depend on the shape alone, because one packing of the
// weights serves every level.
#pragma once

#include "compiler/lower/Machine.h"
#include <cstdint>
#include <optional>

namespace mdc::lower {

// Accumulators held in registers: rows (or pixels) times vectors of kLanes columns.
struct RegisterTile {
  int64_t rows = 1;
  int64_t vectors = 1;
};

// Bytes of its stack that a thread may give to one panel.
inline constexpr int64_t kMostPanelBytes = 1 << 20;

// What a sum adds up: f32 products, or bytes times bytes: four at a time, or, widened to 16 bits in
// memory, two.
enum class Terms { Floats, Bytes, Pairs };

// Pixels of a convolution's output that are computed together, and the vectors of channels.
struct PixelTile {
  int64_t height = 1;
  int64_t width = 1;
  int64_t vectors = 1;
};

// Columns of a panel of the right-hand side.
int64_t matmulPanelColumns(int64_t columns);
// Output channels of a panel of a convolution's weights; a multiple of kLanes.
int64_t convPanelChannels(int64_t channels);

// `rows`: the left-hand side's, where known; what no whole tile takes is one more (restTile).
RegisterTile matmulTile(const Machine &machine, int64_t panelColumns, std::optional<int64_t> rows,
                        Terms terms = Terms::Floats);
PixelTile convTile(const Machine &machine, int64_t panelChannels, int64_t height, int64_t width,
                   Terms terms = Terms::Floats);
// The last tile, of `rows` rows, fewer than those of matmulTile.
RegisterTile restTile(const Machine &machine, int64_t panelColumns, int64_t rows, Terms terms);
// Pixels of a row computed together by a depthwise convolution.
int64_t depthwiseWidth(const Machine &machine, int64_t width, int64_t stride);

// Rounds of a sum that are unrolled; a divisor of `rounds` where one up to 4 exists.
int64_t sumUnroll(int64_t rounds);

} // namespace mdc::lower
