// What the threads of a group, a warp, do together.
#include "compiler/lower/RegionEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

Value RegionEmitter::groupThread() {
  Value lane = NVVM::LaneIdOp::create(builder, loc(), builder.getI32Type());
  return arith::IndexCastUIOp::create(builder, loc(), builder.getIndexType(), lane);
}

// A 32-bit value of the thread whose number differs in `bit`.
static Value exchangeWord(OpBuilder &b, Location loc, Value word, int64_t bit) {
  Value all = arith::ConstantIntOp::create(b, loc, b.getI32Type(), -1);
  Value distance = arith::ConstantIntOp::create(b, loc, b.getI32Type(), bit);
  Value clamp = arith::ConstantIntOp::create(b, loc, b.getI32Type(), kGroupThreads - 1);
  return NVVM::ShflOp::create(b, loc, b.getI32Type(), all, word, distance, clamp,
                              NVVM::ShflKind::bfly, UnitAttr());
}

// The same for a number of up to 64 bits.
static Value exchange(OpBuilder &b, Location loc, Value value, int64_t bit) {
  Type type = value.getType(), i32 = b.getI32Type();
  unsigned width = type.getIntOrFloatBitWidth();
  Type bits = b.getIntegerType(width);
  Value integer =
      isa<FloatType>(type) ? Value(arith::BitcastOp::create(b, loc, bits, value)) : value;
  if (width < 32) {
    Value wide = arith::ExtUIOp::create(b, loc, i32, integer);
    integer = arith::TruncIOp::create(b, loc, bits, exchangeWord(b, loc, wide, bit));
  } else if (width == 32) {
    integer = exchangeWord(b, loc, integer, bit);
  } else {
    Value half = arith::ConstantIntOp::create(b, loc, bits, 32);
    Value low = arith::TruncIOp::create(b, loc, i32, integer);
    Value high =
        arith::TruncIOp::create(b, loc, i32, arith::ShRUIOp::create(b, loc, integer, half));
    low = arith::ExtUIOp::create(b, loc, bits, exchangeWord(b, loc, low, bit));
    high = arith::ExtUIOp::create(b, loc, bits, exchangeWord(b, loc, high, bit));
    integer = arith::OrIOp::create(b, loc, low, arith::ShLIOp::create(b, loc, high, half));
  }
  return isa<FloatType>(type) ? Value(arith::BitcastOp::create(b, loc, type, integer)) : integer;
}

// Lane by lane.
static Value exchangeLanes(OpBuilder &b, Location loc, Value value, int64_t bit) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector)
    return exchange(b, loc, value, bit);
  SmallVector<Value> lanes;
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    Value own = vector::ExtractOp::create(b, loc, value, ArrayRef<int64_t>{lane});
    lanes.push_back(exchange(b, loc, own, bit));
  }
  return vector::FromElementsOp::create(b, loc, vector, lanes);
}

// Both threads of a pair combine the same two values; operands in the order of their numbers would
// change nothing, for sums and products of two commute.
Value RegionEmitter::reduceGroup(graph::ReduceKind kind, Value value) {
  for (int64_t bit = kGroupThreads / 2; bit >= 1; bit /= 2)
    value = combine(kind, value, exchangeLanes(builder, loc(), value, bit));
  return value;
}

} // namespace mdc::lower
