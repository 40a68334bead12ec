#include "compiler/lower/kernels/DepthBlocks.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

void forDepthBlocks(RegionEmitter &e, int64_t rounds, int64_t blockRounds, Value partialSums,
                    llvm::function_ref<void(DepthBlock)> body) {
  int64_t earlier = (rounds - 1) / blockRounds * blockRounds;
  auto blockOf = [&](Value first, int64_t count, bool last) {
    body({first, e.index(count), count, partialSums, last});
  };
  e.loop(e.index(0), e.index(earlier), blockRounds,
         [&](Value first) { blockOf(first, blockRounds, /*last=*/false); });
  blockOf(e.index(earlier), rounds - earlier, /*last=*/true);
}

Value partialSums(RegionEmitter &e, int64_t vectors, Type element) {
  auto memory = MemRefType::get({vectors * kLanes}, element);
  return memref::AllocaOp::create(e.builder, e.loc(), memory, e.builder.getI64IntegerAttr(64));
}

void storeSum(RegionEmitter &e, Value sum, Value partialSums, Value place) {
  vector::StoreOp::create(e.builder, e.loc(), sum, partialSums, ValueRange{place});
}

Sums loadSums(RegionEmitter &e, Value partialSums, RegisterTile tile, SumPlace place) {
  Sums sums;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t v = 0; v < tile.vectors; ++v)
      sums.push_back(e.load(partialSums, {place(row, v), 1}, kLanes));
  return sums;
}

void storeSums(RegionEmitter &e, const Sums &sums, Value partialSums, RegisterTile tile,
               SumPlace place) {
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t v = 0; v < tile.vectors; ++v)
      storeSum(e, sums[row * tile.vectors + v], partialSums, place(row, v));
}

void fetchLines(RegionEmitter &e, Value flat, Value first, int64_t count, int64_t lineElements) {
  constexpr unsigned secondLevel = 2;
  for (int64_t line = 0; line < count; ++line)
    memref::PrefetchOp::create(e.builder, e.loc(), flat,
                               ValueRange{e.addConstant(first, line * lineElements)},
                               /*isWrite=*/false, secondLevel, /*isDataCache=*/true);
}

} // namespace mdc::lower
