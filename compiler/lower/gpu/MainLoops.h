// The loops of runtime/cuda/kernels that products of matrices run on, and which one a shape takes.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace mdc::lower {

// Output channels of a group below which a convolution is no product for a main loop: its sums are
// one thread's each.
inline constexpr int64_t kFewProductRows = 8;

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

// The fastest by an estimate. `element`: f32, bf16 or f16. Extents at their largest.
LoopChoice chooseLoop(llvm::StringRef element, int64_t rows, int64_t columns, int64_t depth,
                      int64_t batches);

} // namespace mdc::lower
