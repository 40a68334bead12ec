// Convolution with one input channel per output channel: a vector of channels, several pixels of a
// row at once. Bytes are multiplied four rows of the window at a time.
#include "compiler/lower/kernels/Conv.h"

#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

namespace {

class DepthwiseEmitter {
public:
  DepthwiseEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &known)
      : e(emitter), shape(known), input(emitter, root, shape), output(emitter, root, shape),
        blocks((shape.outChannels + kLanes - 1) / kLanes),
        columns{shape.out[1], depthwiseWidth(emitter.machine, shape.out[1], shape.stride[1])} {
    weight =
        e.buffer(e.argumentOperand(root.getWeight()), root.getWeight().getType().getElementType());
    stepRows = (shape.kernel[0] + shape.group() - 1) / shape.group();
    batchCount = graph::extentsOf(root.getType())[0];
  }

  void emit();

private:
  void emitTile(Value batch, Value block, Value row, Value column, int64_t width);
  void addRow(Value window, int64_t row, Sums &sums);
  Value columnOf(Value window, int64_t row, int64_t column);
  Value stepWeights(int64_t step);
  Value weightOf(int64_t step);

  RegionEmitter &e;
  ConvShape shape;
  ConvInput input;
  ConvOutput output;
  int64_t blocks;
  TiledAxis columns;
  Value weight;
  AffineExpr batchCount;
  int64_t stepRows;         // rows of the window, or groups of them that are multiplied at once
  SmallVector<Value> steps; // the window's weights, in registers when they are few
  Value stepsBegin;
};

} // namespace

// Windows with at most this many steps keep their weights in registers over all pixels.
static constexpr int64_t kStepsInRegisters = 9;

void DepthwiseEmitter::emit() {
  int64_t count = stepRows * shape.kernel[1], stepElements = kLanes * shape.group();
  // Odd counts of blocks are dealt out in halves of the rows.
  int64_t parts = blocks % 2 && blocks < 16 && shape.out[0] > 1 ? 2 : 1;
  int64_t rowsOfPart = (shape.out[0] + parts - 1) / parts;
  SmallVector<Value> counts = {e.extent(batchCount), e.index(blocks), e.index(parts)};
  double work = double(shape.kernel[0] * shape.kernel[1]) * kLanes * shape.out[1] * rowsOfPart / 8;
  e.parallel(e.extent(batchCount * blocks * parts), work, [&](Value item) {
    SmallVector<Value> at = e.unflatten(item, counts);
    stepsBegin = e.mulConstant(at[1], count * stepElements);
    steps.clear();
    for (int64_t step = 0; count <= kStepsInRegisters && step < count; ++step)
      steps.push_back(stepWeights(step));
    Value low = e.mulConstant(at[2], rowsOfPart);
    Value high = e.minimum(e.addConstant(low, rowsOfPart), e.index(shape.out[0]));
    e.loop(low, high, 1, [&](Value row) {
      forTiles(e, columns, e.index(0), e.index(columns.tiles()),
               [&](Value column, int64_t width) { emitTile(at[0], at[1], row, column, width); });
    });
  });
}

// The weights of a tap, or of a column's group of taps.
Value DepthwiseEmitter::stepWeights(int64_t step) {
  if (shape.products == ConvProducts::Bytes)
    return loadGroupLanes(e, weight, e.addConstant(stepsBegin, step * kLanes * kGroupBytes));
  return loadFloats(e, weight, stepsBegin, step * kLanes);
}

Value DepthwiseEmitter::weightOf(int64_t step) {
  return steps.empty() ? stepWeights(step) : steps[step];
}

void DepthwiseEmitter::emitTile(Value batch, Value block, Value row, Value column, int64_t width) {
  Value firstChannel = e.mulConstant(block, kLanes);
  Sums sums(width, output.start(firstChannel));
  Value window = input.windowOf(batch, block, row, column);
  for (int64_t line = 0; line < stepRows; ++line)
    addRow(window, line, sums);
  for (int64_t pixel = 0; pixel < width; ++pixel)
    output.store(batch, firstChannel, row, e.addConstant(column, pixel), sums[pixel]);
}

// Each column of the input that the tile's windows cover is loaded once.
void DepthwiseEmitter::addRow(Value window, int64_t row, Sums &sums) {
  int64_t width = sums.size(), taps = shape.kernel[1];
  llvm::DenseMap<int64_t, Value> loaded;
  for (int64_t tap = 0; tap < taps; ++tap) {
    Value weights = weightOf(row * taps + tap);
    for (int64_t pixel = 0; pixel < width; ++pixel) {
      int64_t column = pixel * shape.stride[1] + tap * shape.dilation[1];
      Value &lanes = loaded[column];
      if (!lanes)
        lanes = columnOf(window, row, column);
      Value &sum = sums[pixel];
      sum = shape.products == ConvProducts::Bytes
                ? dotLanes(e, sum, lanes, weights)
                : vector::FMAOp::create(e.builder, e.loc(), lanes, weights, sum);
    }
  }
}

// Lanes of channels at a column of the input, under row `row` of the window. Of bytes: lane by lane
// a group of rows below each other, zeros behind the window's last.
Value DepthwiseEmitter::columnOf(Value window, int64_t row, int64_t column) {
  int64_t group = shape.group(), first = row * group;
  auto load = [&](int64_t line) {
    return loadLanes(e, input.flat, window, input.pixelStride(line * shape.dilation[0], column));
  };
  if (group == 1)
    return load(first);
  OpBuilder &b = e.builder;
  auto wide = VectorType::get({kLanes}, b.getI32Type());
  Value all;
  for (int64_t line = first; line < std::min(first + group, shape.kernel[0]); ++line) {
    Value bytes = arith::ExtUIOp::create(b, e.loc(), wide, load(line));
    if (line > first) {
      Value places = e.constant(b.getI32Type(), 8 * (line - first), kLanes);
      bytes = arith::ShLIOp::create(b, e.loc(), bytes, places);
    }
    all = all ? Value(arith::OrIOp::create(b, e.loc(), all, bytes)) : bytes;
  }
  auto grouped = VectorType::get({kLanes * group}, b.getI8Type());
  return vector::BitCastOp::create(b, e.loc(), grouped, all);
}

void emitDepthwise(RegionEmitter &emitter, graph::ConvOp root) {
  DepthwiseEmitter(emitter, root, *convShape(root)).emit();
}

} // namespace mdc::lower
