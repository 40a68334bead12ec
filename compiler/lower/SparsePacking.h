// Weights of which only what is not zero is stored: lists of entries, each some weights of one
// depth position and where the left operand's element lies that they are multiplied with.
//   sparse:16            matmul's rhs [K, N]: an entry holds 16 neighbouring columns
//   sparse:1             the same with single weights, one list for each column
//   sparse:W:t           either from [N, K]
//   sparse-conv:B:P:R:C  conv's weight [O, I, h, w], 16 output channels an entry, over input in
//                        blocks of B channels; P, R, C: elements from block to block, row to row
//                        and column to column of the window
//   sparse-plane:C:L:P:RS:CS:RD:CD  conv's weight with single weights, over input that is turned,
//                        C channels at a time (PlaneOffsets)
// In memory, all in words of 32 bits, each part filled up to 16 of them:
//   first entry of each list and the count of all | offset of each entry | weights of each entry
// A matmul's offset is the depth position. The lists are those of the N / W panels, rounded up so
// that 16 columns have theirs; entries are in ascending order of offset. f32 only.
// Single weights have lists for each run of depth positions or channels, one run after the other,
// and offsets of 16 bits that count from the run's first.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mdc::lower {

// Where a tap's elements lie in a convolution's input that was turned: [channel][row phase][column
// phase][line], as far as C channels of it. See kernels/TurnedPlane.h.
struct PlaneOffsets {
  int64_t channels = 16, line = 16;
  int64_t pitch = 1; // from one row of a phase to the next
  std::array<int64_t, 2> stride = {1, 1}, dilation = {1, 1};

  // Rows and columns of pictures that a window of this many taps reads from.
  int64_t phases(int axis, int64_t taps) const { return taps == 1 ? 1 : stride[axis]; }
};

// Depth positions of a run of a matmul's single weights.
inline constexpr int64_t kRunDepth = 96;

struct SparsePacking {
  int64_t width = 16;      // weights of an entry: 1 or 16
  bool transposed = false; // the weight is [columns, depth]
  // Of a convolution: channels of a block, then the three distances.
  std::optional<std::array<int64_t, 4>> conv;
  std::optional<PlaneOffsets> plane;
};

// Nothing for text that names no sparse packing.
std::optional<SparsePacking> parseSparsePacking(llvm::StringRef text);
std::string sparsePackingText(const SparsePacking &packing);

// Words that a part of `count` words takes.
inline int64_t wholeLines(int64_t count) { return (count + 15) / 16 * 16; }

// Lists of a weight with this many columns.
int64_t sparseLists(int64_t columns, int64_t width);

// `bytes`: the row-major elements of `type`.
std::vector<char> packSparse(llvm::ArrayRef<char> bytes, mlir::RankedTensorType type,
                             const SparsePacking &packing);

// What a packing would store.
struct SparseCounts {
  int64_t weights = 0;
  int64_t entriesOfOne = 0; // weights that are not zero
  int64_t entriesOfSixteen =
      0; // groups of 16 columns at one depth position that hold such a weight
};
SparseCounts countSparse(llvm::ArrayRef<char> bytes, mlir::RankedTensorType type, bool transposed);

} // namespace mdc::lower
