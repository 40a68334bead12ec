// How a tensor lies in memory, apart from its shape.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace mdc::lower {

struct Layout {
  // Channels (axis 1) in blocks: [n][channel / block][spatial...][channel % block]. 1: row-major.
  // The channel count is padded to a multiple of the block; the lanes past the true count hold any
  // value and are never read as data.
  int64_t channelBlock = 1;
  // Border around each spatial axis, written by the producer. With channelBlock 1 it keeps the rows
  // apart.
  llvm::SmallVector<int64_t, 3> borderLow, borderHigh;
  // What the border holds: 0, or the zero point of quantized values.
  int64_t borderValue = 0;
  // Weights: a packing by the compiler, understood by the kernel that asked for it; empty: none.
  std::string packing;

  bool rowMajor() const { return channelBlock == 1 && borderLow.empty() && packing.empty(); }
};

// What one access of a GPU's thread moves at the most, in bytes and in elements of a type.
inline constexpr int64_t kVectorBytes = 16;
int64_t vectorElements(mlir::Type element);

// Channels last: one block of all channels, of which pixels begin at multiples of 16 bytes. So
// values lie on GPUs between convolutions. The number of channels is fixed.
Layout channelsLast(mlir::RankedTensorType type);

// Whether row-major and channels last are the same: one pixel, and channels that fill its pitch.
bool isOnePixel(mlir::RankedTensorType type);

// From and to the attribute text: "" (row-major), "c16", "c16 border 1,1,1,1" (lows, then highs;
// " value 128" behind them where it is not 0), "c1 border 1,1,1,1", or a packing's name.
Layout parseLayout(llvm::StringRef text);
std::string layoutText(const Layout &layout);

// Elements and bytes that a tensor of activations takes, open extents at `max`; no packings.
int64_t layoutElements(mlir::RankedTensorType type, const Layout &layout,
                       llvm::ArrayRef<int64_t> max);
int64_t layoutBytes(mlir::RankedTensorType type, llvm::StringRef layout,
                    llvm::ArrayRef<int64_t> max);

} // namespace mdc::lower
