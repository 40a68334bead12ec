// The loops of runtime/cuda/kernels that products of matrices run on, and which one a shape takes.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace mdc::lower {

// Output channels of a group below which a convolution is no product for a main loop: its sums are
// one thread's each.
inline constexpr int64_t kFewProductRows = 8;

// Of a product of f32 that may multiply tf32 (mdc-narrow-products).
inline constexpr llvm::StringLiteral kTf32Attr = "graph.tf32";

// Bytes of an element of the operands: f32, tf32, f16, bf16, u8s8, s8u8.
int64_t elementBytes(llvm::StringRef element);

// Rows of the largest loop for few rows: they share the depth among threads and read the right
// operand once for all of them.
inline constexpr int64_t kMostFewRows = 8;

// Blocks of a grid along y and z, at the most.
inline constexpr int64_t kMostBlocks = 65535;

// What loops are for: products of two matrices, or convolutions, whose left matrix is the windows
// of an input.
enum class LoopKind { Matmul, Conv };

// A row of the table in runtime/cuda/kernels/README.md.
struct MainLoop {
  llvm::StringRef name;  // "64x64": of the function behind its kind and the element
  int64_t rows, columns; // of the result that a block computes
  int64_t depth;         // of one step
  int64_t threads;
  int64_t sharedBytes;
  double rate; // multiply-adds of a multiprocessor in a cycle, when it has blocks enough
};

// `depth` is shared by `splits` blocks for each tile.
struct LoopChoice {
  MainLoop loop;
  int64_t splits = 1;
};

struct ProductExtents {
  int64_t rows, columns, depth, batches; // at their largest
};

// The fastest by an estimate. `element` as above. None where no grid has tiles enough.
std::optional<LoopChoice> chooseLoop(LoopKind kind, llvm::StringRef element,
                                     const ProductExtents &extents);

// The fastest of those that sm_90a alone has ("sm90a_bf16_128x256"), whose operands come by tensor
// maps, but for the windows of a convolution. None also for elements of 32 bits, and for few rows,
// for which another loop is as good.
std::optional<LoopChoice> chooseSm90aLoop(LoopKind kind, llvm::StringRef element,
                                          const ProductExtents &extents);

// The loop of depthwise convolutions: a block's threads, and what each of them computes.
struct DepthwiseLoop {
  static constexpr int64_t threads = 64;
  int64_t channels = 0, pixels = 0; // the pixels are neighbours of a row
};
DepthwiseLoop depthwiseLoop(llvm::StringRef element);

// A loop of attention: 64 rows a block.
struct AttentionLoop {
  static constexpr int64_t rows = 64;
  static constexpr int64_t sm90aColumns = 64; // of a tile of keys and values on sm_90a
  int64_t threads;
  int64_t width;       // elements of a head, at the most
  int64_t sharedBytes; // queries, and tiles of keys and values
};
// The smallest for heads of so many elements, none for larger ones than any takes. `element` as
// above, of floats alone.
std::optional<AttentionLoop> attentionLoop(llvm::StringRef element, int64_t headElements);
// The same of those that sm_90a alone has ("sm90a_bf16_64"), whose operands come by tensor maps.
// None for few rows, for which another loop is as good.
std::optional<AttentionLoop> sm90aAttentionLoop(llvm::StringRef element, int64_t rows,
                                                int64_t headElements);

} // namespace mdc::lower
