#include "compiler/lower/kernels/ExpandedPanel.h"

#include "compiler/lower/SparseBits.h"
#include "compiler/lower/kernels/MultiplyAdd.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

Value stackPanel(RegionEmitter &e, int64_t elements, Type element) {
  auto memory = MemRefType::get({elements}, element ? element : e.builder.getF32Type());
  return memref::AllocaOp::create(e.builder, e.loc(), memory, e.builder.getI64IntegerAttr(64));
}

static Value asIndex(RegionEmitter &e, Value integer) {
  return arith::IndexCastUIOp::create(e.builder, e.loc(), e.builder.getIndexType(), integer);
}

static Value numbers(RegionEmitter &e, llvm::function_ref<int32_t(int64_t)> number) {
  SmallVector<int32_t> lanes;
  for (int64_t lane = 0; lane < kLanes / 2; ++lane)
    lanes.push_back(number(lane));
  auto value = DenseIntElementsAttr::get(VectorType::get({kLanes / 2}, e.builder.getI32Type()),
                                         ArrayRef(lanes));
  return arith::ConstantOp::create(e.builder, e.loc(), value);
}

// Eight lanes without an instruction for it: a set lane takes the value whose number is the count
// of set lanes before it. `bits`: i32, the lowest eight count.
static Value expandEight(RegionEmitter &e, Value floats, Value at, Value bits) {
  OpBuilder &b = e.builder;
  Location loc = e.loc();
  auto integers = VectorType::get({kLanes / 2}, b.getI32Type());
  auto values = VectorType::get({kLanes / 2}, b.getF32Type());
  auto bytes = VectorType::get({2 * kLanes}, b.getI8Type());
  Value all = vector::BroadcastOp::create(b, loc, integers, bits);
  Value before =
      arith::AndIOp::create(b, loc, all, numbers(e, [](int64_t lane) { return (1 << lane) - 1; }));
  // Below 256: the count of the lowest byte is that of the lane, and those of bytes are cheap.
  Value counts = math::CtPopOp::create(b, loc, vector::BitCastOp::create(b, loc, bytes, before));
  Value order = vector::BitCastOp::create(b, loc, integers, counts);
  Value loaded = vector::LoadOp::create(b, loc, values, floats, ValueRange{at});
  Value moved =
      LLVM::CallIntrinsicOp::create(b, loc, values, b.getStringAttr("llvm.x86.avx2.permps"),
                                    ValueRange{loaded, order})
          .getResults();
  Value own = numbers(e, [](int64_t lane) { return 1 << lane; });
  Value set = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne,
                                    arith::AndIOp::create(b, loc, all, own),
                                    numbers(e, [](int64_t) { return 0; }));
  Value zero = e.constant(b.getF32Type(), 0, kLanes / 2);
  return arith::SelectOp::create(b, loc, set, moved, zero);
}

// Stores the 16 elements that `bits` (i16) stands for.
static void expandLine(RegionEmitter &e, Value floats, Value at, Value bits, Value panel,
                       Value line) {
  OpBuilder &b = e.builder;
  Location loc = e.loc();
  if (e.machine.registerLanes >= kLanes) {
    auto values = VectorType::get({kLanes}, b.getF32Type());
    Value one = vector::BroadcastOp::create(b, loc, VectorType::get({1}, b.getI16Type()), bits);
    Value mask = vector::BitCastOp::create(b, loc, VectorType::get({kLanes}, b.getI1Type()), one);
    Value zero = e.constant(b.getF32Type(), 0, kLanes);
    Value lanes = vector::ExpandLoadOp::create(b, loc, values, floats, ValueRange{at}, mask, zero);
    vector::StoreOp::create(b, loc, lanes, panel, ValueRange{line});
    return;
  }
  Value wide = arith::ExtUIOp::create(b, loc, b.getI32Type(), bits);
  Value eight = e.constant(b.getI32Type(), 8, 1), lowest = e.constant(b.getI32Type(), 255, 1);
  Value low = arith::AndIOp::create(b, loc, wide, lowest);
  vector::StoreOp::create(b, loc, expandEight(e, floats, at, low), panel, ValueRange{line});
  Value next = e.add(at, asIndex(e, math::CtPopOp::create(b, loc, low)));
  Value high = arith::ShRUIOp::create(b, loc, wide, eight);
  vector::StoreOp::create(b, loc, expandEight(e, floats, next, high), panel,
                          ValueRange{e.addConstant(line, kLanes / 2)});
}

Value expandPanel(RegionEmitter &e, Value weight, const Packing &packing, Value number) {
  SparseBits bits = sparseBits(cast<RankedTensorType>(weight.getType()), packing);
  unsigned operand = e.argumentOperand(weight);
  Value words = e.buffer(operand, e.builder.getI32Type());
  Value masks = e.buffer(operand, e.builder.getI16Type());
  Value floats = e.buffer(operand, e.builder.getF32Type());
  Value panel = stackPanel(e, bits.panelElements);
  int64_t lines = bits.panelElements / kLanes;
  Value first = memref::LoadOp::create(e.builder, e.loc(), words, ValueRange{number});
  Value at = e.addConstant(asIndex(e, first), bits.startWords() + bits.bitWords());
  Value firstMask = e.addConstant(e.mulConstant(number, lines), 2 * bits.startWords());
  sumOver(e, e.index(lines), lines, {at}, [&](Value round, int64_t offset, ValueRange carried) {
    Value line = e.addConstant(round, offset);
    Value mask =
        memref::LoadOp::create(e.builder, e.loc(), masks, ValueRange{e.add(firstMask, line)});
    expandLine(e, floats, carried[0], mask, panel, e.mulConstant(line, kLanes));
    Value count = math::CtPopOp::create(e.builder, e.loc(), mask);
    return Sums{e.add(carried[0], asIndex(e, count))};
  });
  return panel;
}

} // namespace mdc::lower
