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

// A row of the table in runtime/cuda/kernels/README.md.
struct MainLoop {
  llvm::StringRef name;  // "64x64": of the function behind "mdc_matmul_" and the element
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

// The fastest by an estimate. `element` as above.
LoopChoice chooseLoop(llvm::StringRef element, const ProductExtents &extents);

// The fastest of those that sm_90a alone has ("sm90a_bf16_128x256"), whose operands come by tensor
// maps. None for elements of 32 bits, and for few rows, for which another loop is as good.
std::optional<LoopChoice> chooseSm90aLoop(llvm::StringRef element, const ProductExtents &extents);

} // namespace mdc::lower
