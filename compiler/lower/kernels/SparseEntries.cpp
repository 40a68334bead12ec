#include "compiler/lower/kernels/SparseEntries.h"

#include "compiler/lower/SparsePacking.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdc::lower {

SparseEntries::SparseEntries(RegionEmitter &emitter, unsigned operand, int64_t lists, int64_t width,
                             int64_t offsetBits)
    : e(emitter), words(emitter.buffer(operand, emitter.builder.getI32Type())),
      offsets(emitter.buffer(operand, emitter.builder.getIntegerType(offsetBits))),
      floats(emitter.buffer(operand, emitter.builder.getF32Type())), lists(lists), width(width),
      offsetsOfWord(32 / offsetBits) {}

Value SparseEntries::number(Value view, Value at) {
  Value loaded = memref::LoadOp::create(e.builder, e.loc(), view, ValueRange{at});
  return arith::IndexCastUIOp::create(e.builder, e.loc(), e.builder.getIndexType(), loaded);
}

void SparseEntries::locate() {
  int64_t offsetsOfLine = kLanes * offsetsOfWord;
  Value count = number(words, e.index(lists));
  Value lines = e.floorDiv(e.addConstant(count, offsetsOfLine - 1), e.index(offsetsOfLine));
  weightsAt = e.addConstant(e.mulConstant(lines, kLanes), wholeLines(lists + 1));
}

Sums SparseEntries::add(Value entry, ValueRange sums, Step step) {
  Value offset = number(offsets, e.addConstant(entry, offsetsOfWord * wholeLines(lists + 1)));
  Value at = e.add(weightsAt, e.mulConstant(entry, width));
  Value weights = e.load(floats, {at, width == 1 ? 0 : 1}, kLanes);
  return step(offset, weights, sums);
}

Sums SparseEntries::sumOver(Value list, const Sums &start, Step step) {
  Value low = number(words, list), high = number(words, e.addConstant(list, 1));
  return e.loopCarry(low, high, 1, start,
                     [&](Value entry, ValueRange sums) { return add(entry, sums, step); });
}

} // namespace mdc::lower
