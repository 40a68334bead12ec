#include "compiler/lower/kernels/SparseEntries.h"

#include "compiler/lower/SparsePacking.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdc::lower {

SparseEntries::SparseEntries(RegionEmitter &emitter, unsigned operand, int64_t lists, int64_t width)
    : e(emitter), words(emitter.buffer(operand, emitter.builder.getI32Type())),
      floats(emitter.buffer(operand, emitter.builder.getF32Type())), lists(lists), width(width) {}

Value SparseEntries::word(Value at) {
  Value loaded = memref::LoadOp::create(e.builder, e.loc(), words, ValueRange{at});
  return arith::IndexCastOp::create(e.builder, e.loc(), e.builder.getIndexType(), loaded);
}

void SparseEntries::locate() {
  Value lines = e.floorDiv(e.addConstant(word(e.index(lists)), kLanes - 1), e.index(kLanes));
  weightsAt = e.addConstant(e.mulConstant(lines, kLanes), wholeLines(lists + 1));
}

Sums SparseEntries::add(Value entry, ValueRange sums, Step step) {
  Value offset = word(e.addConstant(entry, wholeLines(lists + 1)));
  Value at = e.add(weightsAt, e.mulConstant(entry, width));
  Value weights = e.load(floats, {at, width == 1 ? 0 : 1}, kLanes);
  return step(offset, weights, sums);
}

Sums SparseEntries::sumOver(Value list, const Sums &start, Step step) {
  Value low = word(list), high = word(e.addConstant(list, 1));
  return e.loopCarry(low, high, 1, start,
                     [&](Value entry, ValueRange sums) { return add(entry, sums, step); });
}

Sums SparseEntries::sumOverTwo(Value list, const Sums &start, Step step) {
  Value low = word(list), high = word(e.addConstant(list, 1));
  Value odd = e.remainder(e.sub(high, low), e.index(2)), middle = e.sub(high, odd);
  size_t count = start.size();
  Sums both = start;
  both.append(start.begin(), start.end());
  both = e.loopCarry(low, middle, 2, both, [&](Value entry, ValueRange sums) {
    Sums next = add(entry, sums.take_front(count), step);
    next.append(add(e.addConstant(entry, 1), sums.drop_front(count), step));
    return next;
  });
  Sums even = e.loopCarry(middle, high, 1, ArrayRef(both).take_front(count),
                          [&](Value entry, ValueRange sums) { return add(entry, sums, step); });
  for (size_t i = 0; i < count; ++i)
    even[i] = arith::AddFOp::create(e.builder, e.loc(), even[i], both[count + i]);
  return even;
}

} // namespace mdc::lower
