#include "compiler/lower/kernels/ConvMemory.h"

using namespace mlir;

namespace mdc::lower {

ConvInput::ConvInput(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape)
    : e(emitter) {
  const Layout &layout = emitter.argumentLayout(root.getInput());
  flat = emitter.buffer(emitter.argumentOperand(root.getInput()),
                        root.getInput().getType().getElementType());
  block = layout.channelBlock;
  blocks = (shape.inChannels + block - 1) / block;
  auto [low, high] = bordersOf(layout, shape.flat);
  rows = shape.inExtents[0] + (low[0] + high[0]);
  pitch = shape.inExtents[1] + (low[1] + high[1]);
  skip = {low[0] - shape.padLow[0], low[1] - shape.padLow[1]};
  stride = shape.stride;
}

ConvInput::ConvInput(RegionEmitter &emitter, Value flat, Pair extents, int64_t pixelElements,
                     Pair windowPixels)
    : flat(flat), block(pixelElements), e(emitter), stride(windowPixels) {
  MLIRContext *context = e.builder.getContext();
  rows = getAffineConstantExpr(extents[0], context);
  pitch = getAffineConstantExpr(extents[1], context);
}

Value ConvInput::rowStride(int64_t count) const { return e.extent(pitch * (block * count)); }
Value ConvInput::blockStride() const { return e.extent(rows * pitch * block); }

Value ConvInput::windowOf(Value batch, Value channelBlock, Value row, Value column) {
  Value plane = e.add(e.mulConstant(batch, blocks), channelBlock);
  Value y = e.addConstant(e.mulConstant(row, stride[0]), skip[0]);
  Value x = e.addConstant(e.mulConstant(column, stride[1]), skip[1]);
  Value line = e.add(e.mul(plane, e.extent(rows)), y);
  return e.mulConstant(e.add(e.mul(line, e.extent(pitch)), x), block);
}

Value ConvOutput::start(Value firstChannel) { return startAt({firstChannel, 1}); }
Value ConvOutput::startOf(Value channel) { return startAt({channel, 0}); }

Value ConvOutput::startAt(LaneIndex channel) {
  if (!root.getBias())
    return e.constant(root.getType().getElementType(), 0, kLanes);
  e.newPoint();
  return e.evaluate(root.getBias(), {channel}, kLanes);
}

void ConvOutput::store(Value batch, Value firstChannel, Value row, Value column, Value sum,
                       bool joined) {
  if (joined) {
    Value width = e.extent(shape.outExtents[1]);
    row = e.floorDiv(column, width);
    column = e.remainder(column, width);
  }
  Indices indices = {{batch, 0}, {firstChannel, 1}};
  if (!shape.flat)
    indices.push_back({row, 0});
  indices.push_back({column, 0});
  storeResults(e, root.getResult(), sum, indices, Value());
}

} // namespace mdc::lower
