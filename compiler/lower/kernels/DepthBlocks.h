// Long sums in blocks of their depth, so that the weights of a block stay in the cache for all
// tiles that read them. A sum goes on where the block before left it: the order of additions is
// that of one block.
#pragma once

#include "compiler/lower/kernels/MultiplyAdd.h"

namespace mdc::lower {

// Bytes of a block of weights that stay in the second-level cache beside what they are multiplied
// by: a third of the smallest one of a server core with AVX2.
inline constexpr int64_t kCachedBytes = 160 << 10;

// Rounds [first, first + rounds) of the sums.
struct DepthBlock {
  mlir::Value first, rounds;
  std::optional<int64_t> fixedRounds;
  // Flat memory of the sums so far; null: this block holds all rounds.
  mlir::Value partialSums = {};
  bool last = true; // else the sums go back to that memory
};

// body(block) for blocks of `blockRounds`, the last of which may have fewer.
void forDepthBlocks(RegionEmitter &emitter, int64_t rounds, int64_t blockRounds,
                    mlir::Value partialSums, llvm::function_ref<void(DepthBlock)> body);

// Memory on the stack for `vectors` vectors of sums. Each has to be set to what the sums start at.
mlir::Value partialSums(RegionEmitter &emitter, int64_t vectors, mlir::Type element);
void storeSum(RegionEmitter &emitter, mlir::Value sum, mlir::Value partialSums, mlir::Value place);

// The sums of a tile; place(row, v) is the element that a vector of them begins at.
using SumPlace = llvm::function_ref<mlir::Value(int64_t row, int64_t v)>;
Sums loadSums(RegionEmitter &emitter, mlir::Value partialSums, RegisterTile tile, SumPlace place);
void storeSums(RegionEmitter &emitter, const Sums &sums, mlir::Value partialSums, RegisterTile tile,
               SumPlace place);

// Fetches `count` lines of the cache from an element of flat memory on into the second level; the
// first one has room for what is multiplied now.
void fetchLines(RegionEmitter &emitter, mlir::Value flat, mlir::Value first, int64_t count,
                int64_t lineElements);

} // namespace mdc::lower
