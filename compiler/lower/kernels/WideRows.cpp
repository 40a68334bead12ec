#include "compiler/lower/kernels/WideRows.h"

#include "compiler/lower/kernels/WidePairs.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

// Input columns that the windows of an output row reach over.
static int64_t columnsUnder(const ConvShape &shape) { return shape.reachOf({1, shape.out[1]})[1]; }

static int64_t linePairs(const ConvShape &shape) { return columnsUnder(shape) * kLanes; }

// Rows that pairs begin with, in the reach of a window.
static int64_t lineCount(const ConvShape &shape) {
  return shape.reachOf({1, 1})[0] - shape.dilation[0];
}

bool WideRows::pay(const ConvShape &shape) {
  constexpr int64_t mostBytes = 128 << 10; // of the second-level cache
  if (shape.out[1] < 0 || lineCount(shape) <= shape.stride[0])
    return false;
  return lineCount(shape) * linePairs(shape) * int64_t(sizeof(int32_t)) <= mostBytes;
}

WideRows::WideRows(RegionEmitter &emitter, const ConvInput &input, const ConvShape &shape,
                   Value first)
    : e(emitter), input(input), shape(shape), first(first),
      memory(stackPairs(emitter, lineCount(shape) * linePairs(shape))) {
  e.loop(e.index(0), e.index(lineCount(shape) - shape.stride[0]), 1,
         [&](Value row) { widen(row); });
}

Value WideRows::lineOf(Value inputRow) {
  return e.mulConstant(e.remainder(inputRow, e.index(lineCount(shape))), linePairs(shape));
}

void WideRows::widen(Value inputRow) {
  Value from = e.add(first, e.mul(inputRow, input.rowStride(1)));
  Value below = e.add(from, input.rowStride(shape.dilation[0])), to = lineOf(inputRow);
  e.loop(e.index(0), e.index(columnsUnder(shape)), 1, [&](Value column) {
    Value offset = e.mulConstant(column, input.block);
    Value high = loadLanes(e, input.flat, e.add(below, offset), 0);
    Value low = loadLanes(e, input.flat, e.add(from, offset), 0);
    storePairLanes(e, pairLanes(e, low, high), memory, e.add(to, e.mulConstant(column, kLanes)));
  });
}

void WideRows::advance(Value outputRow) {
  Value top = e.mulConstant(outputRow, shape.stride[0]);
  for (int64_t row = lineCount(shape) - shape.stride[0]; row < lineCount(shape); ++row)
    widen(e.addConstant(top, row));
  lines.clear();
  for (int64_t row = 0; row + 1 < shape.kernel[0]; ++row)
    lines.push_back(lineOf(e.addConstant(top, row * shape.dilation[0])));
}

Value WideRows::lanes(int64_t row, Value firstColumn, int64_t column) {
  Value at = e.add(lines[row], e.mulConstant(firstColumn, shape.stride[1] * kLanes));
  return loadPairLanes(e, memory, e.addConstant(at, column * kLanes));
}

} // namespace mdc::lower
