#include "compiler/lower/kernels/WidePairs.h"

#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

Value stackPairs(RegionEmitter &e, int64_t count) {
  return stackPanel(e, count, e.builder.getI32Type());
}

// The two pairs of each group of signed bytes, as vector<kLanes x i32>.
static std::pair<Value, Value> signedPairs(RegionEmitter &e, Value groups) {
  OpBuilder &b = e.builder;
  Location loc = e.loc();
  auto numbers = VectorType::get({2 * kLanes}, b.getI16Type());
  auto pairs = VectorType::get({kLanes}, b.getI32Type());
  Value eight = e.constant(b.getI16Type(), 8, 2 * kLanes);
  Value bytes = vector::BitCastOp::create(b, loc, numbers, groups);
  Value lifted = arith::ShLIOp::create(b, loc, bytes, eight);
  Value even = arith::ShRSIOp::create(b, loc, lifted, eight); // bytes 0 and 2
  Value odd = arith::ShRSIOp::create(b, loc, bytes, eight);   // bytes 1 and 3
  even = vector::BitCastOp::create(b, loc, pairs, even);
  odd = vector::BitCastOp::create(b, loc, pairs, odd);
  Value half = e.constant(b.getI32Type(), 16, kLanes);
  Value low = e.constant(b.getI32Type(), 0xffff, kLanes);
  Value high = e.constant(b.getI32Type(), -0x10000, kLanes);
  Value first = arith::OrIOp::create(b, loc, arith::AndIOp::create(b, loc, even, low),
                                     arith::ShLIOp::create(b, loc, odd, half));
  Value last = arith::OrIOp::create(b, loc, arith::ShRUIOp::create(b, loc, even, half),
                                    arith::AndIOp::create(b, loc, odd, high));
  return {first, last};
}

void widenStrips(RegionEmitter &e, Value bytes, Value first, const WideStrips &strips,
                 Value pairs) {
  constexpr int64_t vectorBytes = kLanes * kGroupBytes;
  e.loop(e.index(0), e.index(strips.groups), 1, [&](Value group) {
    Value from = e.add(first, e.mulConstant(group, strips.panelVectors * vectorBytes));
    Value to = e.mulConstant(group, 2 * kLanes);
    for (int64_t v = 0; v < strips.vectors; ++v) {
      Value lanes = loadGroupLanes(e, bytes, e.addConstant(from, v * vectorBytes));
      auto [low, high] = signedPairs(e, lanes);
      Value at = e.addConstant(to, v * strips.stripRounds * kLanes);
      vector::StoreOp::create(e.builder, e.loc(), low, pairs, ValueRange{at});
      vector::StoreOp::create(e.builder, e.loc(), high, pairs,
                              ValueRange{e.addConstant(at, kLanes)});
    }
  });
}

// Unsigned bytes as pairs: i32 elements, half as many as the vector has.
static Value unsignedPairs(RegionEmitter &e, Value bytes) {
  OpBuilder &b = e.builder;
  int64_t count = cast<VectorType>(bytes.getType()).getNumElements();
  Value numbers =
      arith::ExtUIOp::create(b, e.loc(), VectorType::get({count}, b.getI16Type()), bytes);
  return vector::BitCastOp::create(b, e.loc(),
                                   VectorType::get({count / kPairBytes}, b.getI32Type()), numbers);
}

void widenRows(RegionEmitter &e, Value bytes, ArrayRef<Value> firsts, int64_t count, Value pairs,
               Value to, int64_t rowPairs) {
  constexpr int64_t chunkBytes = kPairBytes * kLanes, mostUnrolled = 8;
  auto widen = [&](Value at, Value pair, int64_t size) {
    auto type = VectorType::get({size}, e.builder.getI8Type());
    for (auto [row, first] : llvm::enumerate(firsts)) {
      Value chunk =
          vector::LoadOp::create(e.builder, e.loc(), type, bytes, ValueRange{e.add(first, at)});
      vector::StoreOp::create(e.builder, e.loc(), unsignedPairs(e, chunk), pairs,
                              ValueRange{e.addConstant(e.add(to, pair), row * rowPairs)});
    }
  };
  int64_t chunks = count / chunkBytes, at = 0;
  if (chunks > mostUnrolled) {
    e.loop(e.index(0), e.index(chunks), 1, [&](Value chunk) {
      widen(e.mulConstant(chunk, chunkBytes), e.mulConstant(chunk, kLanes), chunkBytes);
    });
    at = chunks * chunkBytes;
  }
  for (int64_t size = chunkBytes; at < count; at += size) {
    while (size > kGroupBytes && at + size > count)
      size /= 2;
    widen(e.index(at), e.index(at / kPairBytes), size);
  }
}

Value loadPair(RegionEmitter &e, Value pairs, Value at) {
  return memref::LoadOp::create(e.builder, e.loc(), pairs, ValueRange{at});
}

Value loadPairLanes(RegionEmitter &e, Value pairs, Value at) {
  OpBuilder &b = e.builder;
  auto lanes = VectorType::get({kLanes}, b.getI32Type());
  Value loaded = vector::LoadOp::create(b, e.loc(), lanes, pairs, ValueRange{at});
  return vector::BitCastOp::create(b, e.loc(), VectorType::get({2 * kLanes}, b.getI16Type()),
                                   loaded);
}

void storePairLanes(RegionEmitter &e, Value lanes, Value pairs, Value at) {
  OpBuilder &b = e.builder;
  Value stored =
      vector::BitCastOp::create(b, e.loc(), VectorType::get({kLanes}, b.getI32Type()), lanes);
  vector::StoreOp::create(b, e.loc(), stored, pairs, ValueRange{at});
}

// Half of the lanes at once: AVX2 interleaves bytes within 16 of them only.
Value pairLanes(RegionEmitter &e, Value first, Value second) {
  OpBuilder &b = e.builder;
  constexpr int64_t half = kLanes / 2;
  auto numbers = VectorType::get({kLanes}, b.getI16Type());
  auto halfFrom = [&](int64_t lane) {
    SmallVector<int64_t> order;
    for (int64_t l = lane; l < lane + half; ++l)
      order.append({l, kLanes + l});
    Value bytes = vector::ShuffleOp::create(b, e.loc(), first, second, order);
    return arith::ExtUIOp::create(b, e.loc(), numbers, bytes);
  };
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, 2 * kLanes));
  return vector::ShuffleOp::create(b, e.loc(), halfFrom(0), halfFrom(half), all);
}

} // namespace mdc::lower
