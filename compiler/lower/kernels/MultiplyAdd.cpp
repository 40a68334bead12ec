#include "compiler/lower/kernels/MultiplyAdd.h"

#include "compiler/lower/kernels/IntegerDot.h"
#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

Sums zeroSums(RegionEmitter &emitter, RegisterTile tile, Terms terms) {
  OpBuilder &b = emitter.builder;
  Type element = terms == Terms::Floats ? Type(b.getF32Type()) : b.getI32Type();
  Value zero = emitter.constant(element, 0, kLanes);
  return Sums(tile.rows * tile.vectors, zero);
}

// sums[row][v] = add(sums[row][v], element(row), vector(v)).
static Sums addTile(RegisterTile tile, ValueRange sums, llvm::function_ref<Value(int64_t)> element,
                    llvm::function_ref<Value(int64_t)> vector,
                    llvm::function_ref<Value(Value sum, Value element, Value lanes)> add) {
  SmallVector<Value> columns;
  for (int64_t v = 0; v < tile.vectors; ++v)
    columns.push_back(vector(v));
  Sums next(sums.begin(), sums.end());
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value own = element(row);
    for (int64_t v = 0; v < tile.vectors; ++v) {
      Value &sum = next[row * tile.vectors + v];
      sum = add(sum, own, columns[v]);
    }
  }
  return next;
}

Sums multiplyAdd(RegionEmitter &emitter, RegisterTile tile, ValueRange sums,
                 llvm::function_ref<Value(int64_t)> element,
                 llvm::function_ref<Value(int64_t)> vector) {
  auto repeated = [&](int64_t row) { return emitter.splat(element(row), kLanes); };
  return addTile(tile, sums, repeated, vector, [&](Value sum, Value lanes, Value column) {
    return vector::FMAOp::create(emitter.builder, emitter.loc(), lanes, column, sum);
  });
}

Sums dotAdd(RegionEmitter &emitter, RegisterTile tile, ValueRange sums,
            llvm::function_ref<Value(int64_t)> group, llvm::function_ref<Value(int64_t)> weights) {
  return addTile(tile, sums, group, weights, [&](Value sum, Value four, Value lanes) {
    return dotGroups(emitter, sum, four, lanes);
  });
}

Sums shortAdd(RegionEmitter &emitter, RegisterTile tile, ValueRange sums, int64_t groups,
              llvm::function_ref<Value(int64_t, int64_t)> element,
              llvm::function_ref<Value(int64_t, int64_t)> weights) {
  SmallVector<Value> lanes;
  for (int64_t v = 0; v < tile.vectors; ++v)
    for (int64_t group = 0; group < groups; ++group)
      lanes.push_back(weights(v, group));
  Sums next(sums.begin(), sums.end());
  for (int64_t row = 0; row < tile.rows; ++row) {
    SmallVector<Value> own;
    for (int64_t group = 0; group < groups; ++group)
      own.push_back(element(row, group));
    for (int64_t v = 0; v < tile.vectors; ++v) {
      Value &sum = next[row * tile.vectors + v];
      sum = dotShort(emitter, sum, own, ValueRange(lanes).slice(v * groups, groups));
    }
  }
  return next;
}

Sums pairAdd(RegionEmitter &emitter, RegisterTile tile, ValueRange sums,
             llvm::function_ref<Value(int64_t)> pair, llvm::function_ref<Value(int64_t)> weights) {
  return addTile(tile, sums, pair, weights, [&](Value sum, Value two, Value lanes) {
    return dotPairs(emitter, sum, two, lanes);
  });
}

Sums sumOver(RegionEmitter &emitter, Value rounds, std::optional<int64_t> fixedRounds, Sums start,
             SumStep step) {
  if (fixedRounds && *fixedRounds <= 4) {
    for (int64_t round = 0; round < *fixedRounds; ++round)
      start = step(emitter.index(0), round, start);
    return start;
  }
  int64_t unroll = fixedRounds ? sumUnroll(*fixedRounds) : 4;
  Value rest = emitter.remainder(rounds, emitter.index(unroll));
  Value whole = emitter.sub(rounds, rest);
  auto unrolled = [&](Value round, ValueRange sums) {
    Sums next(sums.begin(), sums.end());
    for (int64_t offset = 0; offset < unroll; ++offset)
      next = step(round, offset, next);
    return next;
  };
  start = emitter.loopCarry(emitter.index(0), whole, unroll, start, unrolled);
  if (fixedRounds) {
    for (int64_t offset = 0; offset < *fixedRounds % unroll; ++offset)
      start = step(whole, offset, start);
    return start;
  }
  return emitter.loopCarry(whole, rounds, 1, start,
                           [&](Value round, ValueRange sums) { return step(round, 0, sums); });
}

Sums sumOver(RegionEmitter &emitter, int64_t rounds, int64_t atOnce, Sums start, SumSteps step) {
  int64_t whole = rounds / atOnce, rest = rounds % atOnce;
  start = sumOver(emitter, emitter.index(whole), whole, start,
                  [&](Value number, int64_t offset, ValueRange sums) {
                    return step(emitter.mulConstant(number, atOnce), offset * atOnce, atOnce, sums);
                  });
  return rest ? step(emitter.index(rounds - rest), 0, rest, start) : start;
}

TiledAxis tiledAxis(AffineExpr extent, int64_t tile) {
  std::optional<int64_t> number = graph::constantOf(extent);
  return {number.value_or(-1), tile, number ? AffineExpr() : extent};
}

// body(first, size) for the tiles [low, high) of `size` that cover `extent`, if it is in
// [size, below); `below` null: whatever is not smaller.
static void forOpenTiles(RegionEmitter &emitter, Value extent, int64_t size, Value below, Value low,
                         Value high, llvm::function_ref<void(Value, int64_t)> body) {
  OpBuilder &b = emitter.builder;
  auto isLess = [&](Value x, Value y) -> Value {
    return arith::CmpIOp::create(b, emitter.loc(), arith::CmpIPredicate::slt, x, y);
  };
  Value none = low;
  Value end =
      arith::SelectOp::create(b, emitter.loc(), isLess(extent, emitter.index(size)), none, high);
  if (below)
    end = arith::SelectOp::create(b, emitter.loc(), isLess(extent, below), end, none);
  Value last = emitter.addConstant(extent, -size);
  emitter.loop(low, end, 1, [&](Value tile) {
    body(emitter.minimum(emitter.mulConstant(tile, size), last), size);
  });
}

static void forTilesOfOpen(RegionEmitter &emitter, TiledAxis axis, Value low, Value high,
                           llvm::function_ref<void(Value, int64_t)> body) {
  Value extent = emitter.extent(axis.open);
  forOpenTiles(emitter, extent, axis.tile, Value(), low, high, body);
  // A shorter axis is one tile, number 0, for whoever has it among its own.
  constexpr int64_t narrow = 4;
  SmallVector<int64_t> sizes = {1};
  if (axis.tile > narrow)
    sizes.insert(sizes.begin(), narrow);
  int64_t below = axis.tile;
  for (int64_t size : sizes) {
    if (size >= below)
      continue;
    Value count = emitter.extent(axis.open.ceilDiv(size));
    Value isMine = emitter.minimum(high, emitter.index(1)); // 0: none, whatever `low` is
    emitter.loop(low, isMine, 1, [&](Value) {
      forOpenTiles(emitter, extent, size, emitter.index(below), emitter.index(0), count, body);
    });
    below = size;
  }
}

void forTiles(RegionEmitter &emitter, TiledAxis axis, Value low, Value high,
              llvm::function_ref<void(Value, int64_t)> body) {
  if (axis.open)
    return forTilesOfOpen(emitter, axis, low, high, body);
  Value whole = emitter.index(axis.whole());
  bool smaller = axis.rest() != 0;
  if (axis.whole() != 0)
    emitter.loop(low, smaller ? emitter.minimum(high, whole) : high, 1,
                 [&](Value tile) { body(emitter.mulConstant(tile, axis.tile), axis.tile); });
  if (smaller)
    emitter.loop(emitter.maximum(low, whole), high, 1,
                 [&](Value) { body(emitter.index(axis.whole() * axis.tile), axis.rest()); });
}

Value loadElement(RegionEmitter &emitter, Value flat, Value base, int64_t offset) {
  Value at = emitter.addConstant(base, offset);
  return memref::LoadOp::create(emitter.builder, emitter.loc(), flat, ValueRange{at});
}

Value loadLanes(RegionEmitter &emitter, Value flat, Value base, int64_t offset) {
  return emitter.load(flat, {emitter.addConstant(base, offset), 1}, kLanes);
}

Value loadFloats(RegionEmitter &emitter, Value flat, Value base, int64_t offset) {
  Value lanes = loadLanes(emitter, flat, base, offset);
  if (cast<MemRefType>(flat.getType()).getElementType().isF32())
    return lanes;
  auto floats = VectorType::get({kLanes}, emitter.builder.getF32Type());
  return arith::SIToFPOp::create(emitter.builder, emitter.loc(), floats, lanes);
}

bool resultsFollow(RegionEmitter &emitter, Value root) {
  auto type = cast<RankedTensorType>(root.getType());
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number) {
    auto result = cast<RankedTensorType>(emitter.yielded(number).getType());
    if (graph::extentsOf(result) != graph::extentsOf(type))
      return false;
  }
  return true;
}

void storeResults(RegionEmitter &emitter, Value root, Value value, const Indices &indices,
                  Value mask) {
  emitter.newPoint();
  emitter.define(root, value);
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    emitter.storeResult(number, indices, kLanes, mask);
}

} // namespace mdc::lower
