// How the compiler lays out weights for the kernels. A packing is named by text, kept in the layout
// attribute of the weight:
//   panels:NR      matmul's rhs [.., K, N] as [..][N / NR][K][NR]
//   panels:NR:t    the same from [.., N, K]
//   groups:NR      matmul's rhs [.., K, N] of bytes as [..][N / NR][K / 4][NR][4]
//   groups:NR:t    the same from [.., N, K]
//   conv:NR:CB     conv's weight [O, I, h, w] as [O / NR][I / CB][h][w][CB][NR]
//   conv-groups:NR:CB   the same of bytes as [O / NR][I / CB][h][w][CB / 4][NR][4]
//   conv-taps:NR   the same of one input channel as [O / NR][h][w / 4][NR][4]
//   depthwise      conv's weight [C, 1, h, w] as [C / 16][h][w][16]
//   depthwise-groups    the same of bytes as [C / 16][h / 4][w][16][4]
//   rows:N         conv's weight [O, ...] as [O][rest / N][N], of any element
//   taps-last:N    conv's weight [O, I, h, w] as [O][h][w][I / N][N], of any element
//   channels-last:N     conv's weight [C, 1, h, w] as [h][w][C / N][N], of any element
//   sparse-bits:PACKING  panels or conv of f32 without their zeros (SparseBits.h)
// Quotients are rounded up and the rest is filled with zeros. Elements are f32 or bytes.
#pragma once

#include "compiler/lower/SparseBits.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace mdc::lower {

struct Packing {
  enum class Kind {
    Panels,
    Groups,
    Conv,
    ConvGroups,
    ConvTaps,
    Depthwise,
    DepthwiseGroups,
    Rows,
    TapsLast,
    ChannelsLast
  } kind = Kind::Panels;
  int64_t panel = 16;        // columns or output channels; what Rows or channels are a multiple of
  int64_t channelBlock = 16; // Conv, ConvGroups: input channels
  bool transposed = false;   // Panels, Groups: the weight is [N, K]
  bool bits = false;         // Panels, Conv: zeros are left out
};

// Nothing for text that names no packing.
std::optional<Packing> parsePacking(llvm::StringRef text);
std::string packingText(const Packing &packing);

// Elements from one row of a weight, along its first axis, to the next, as `packing` lays them out:
// row-major where it is no "rows:N".
int64_t rowPitch(mlir::RankedTensorType type, llvm::StringRef packing);

// Elements from one index of each axis of a weight to the next, as Rows, TapsLast and ChannelsLast
// lay them out; nothing for packings that cut an axis.
std::optional<llvm::SmallVector<int64_t>> packedStrides(mlir::RankedTensorType type,
                                                        llvm::StringRef packing);

// The panels of a weight of this type, a Panels or Conv one.
SparseBits sparseBits(mlir::RankedTensorType type, const Packing &packing);

// Bytes of a weight of this type after packing, with its zeros; as many as before when `packing` is
// empty.
uint64_t packedBytes(mlir::RankedTensorType type, llvm::StringRef packing);
// `bytes`: the row-major elements of `type`, or one element when all are equal.
std::vector<char> packWeight(llvm::ArrayRef<char> bytes, mlir::RankedTensorType type,
                             llvm::StringRef packing);

} // namespace mdc::lower
