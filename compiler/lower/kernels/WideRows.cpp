#include "compiler/lower/kernels/WideRows.h"

#include "compiler/lower/kernels/ExpandedPanel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

// Input columns that the windows of an output row reach over.
static int64_t columnsUnder(const ConvShape &shape) { return shape.reachOf({1, shape.out[1]})[1]; }

static int64_t lineElements(const ConvShape &shape) { return columnsUnder(shape) * kLanes; }

bool WideRows::pay(const ConvShape &shape) {
  constexpr int64_t mostBytes = 128 << 10; // of the second-level cache
  if (shape.out[1] < 0 || shape.kernel[0] <= shape.stride[0])
    return false;
  return shape.reachOf({1, 1})[0] * lineElements(shape) * int64_t(sizeof(float)) <= mostBytes;
}

WideRows::WideRows(RegionEmitter &emitter, const ConvInput &input, const ConvShape &shape,
                   Value first)
    : e(emitter), input(input), shape(shape), first(first),
      memory(stackPanel(emitter, reach() * lineElements(shape))) {
  e.loop(e.index(0), e.index(reach() - shape.stride[0]), 1, [&](Value row) { widen(row); });
}

Value WideRows::lineOf(Value inputRow) {
  return e.mulConstant(e.remainder(inputRow, e.index(reach())), lineElements(shape));
}

void WideRows::widen(Value inputRow) {
  Value from = e.add(first, e.mul(inputRow, input.rowStride(1))), to = lineOf(inputRow);
  e.loop(e.index(0), e.index(columnsUnder(shape)), 1, [&](Value column) {
    Value bytes = loadLanes(e, input.flat, e.add(from, e.mulConstant(column, input.block)), 0);
    Value at = e.add(to, e.mulConstant(column, kLanes));
    vector::StoreOp::create(e.builder, e.loc(), widenBytes(e, bytes), memory, ValueRange{at});
  });
}

void WideRows::advance(Value outputRow) {
  Value top = e.mulConstant(outputRow, shape.stride[0]);
  for (int64_t row = reach() - shape.stride[0]; row < reach(); ++row)
    widen(e.addConstant(top, row));
  lines.clear();
  for (int64_t row = 0; row < shape.kernel[0]; ++row)
    lines.push_back(lineOf(e.addConstant(top, row * shape.dilation[0])));
}

Value WideRows::lanes(int64_t row, Value firstColumn, int64_t column) {
  Value at = e.add(lines[row], e.mulConstant(firstColumn, shape.stride[1] * kLanes));
  return loadFloats(e, memory, at, column * kLanes);
}

Value widenBytes(RegionEmitter &e, Value lanes) {
  OpBuilder &b = e.builder;
  lanes = arith::ExtUIOp::create(b, e.loc(), VectorType::get({kLanes}, b.getI32Type()), lanes);
  return arith::SIToFPOp::create(b, e.loc(), VectorType::get({kLanes}, b.getF32Type()), lanes);
}

} // namespace mdc::lower
