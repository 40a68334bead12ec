// Convolution with one input channel per output channel: a vector of channels, several pixels of a
// row at once. Bytes are multiplied four rows of the window at a time where the machine has
// instructions for that, else as floats, whose sums are exact as long as they stay below 2^24; rows
// that several windows share are widened once (`WideRows`).
#include "compiler/lower/kernels/Conv.h"

#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "compiler/lower/kernels/WideRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// Whether bytes are multiplied as floats.
bool isWidened(const ConvShape &shape, const Machine &machine) {
  constexpr int64_t largestProduct = 255 * 128, exactBelow = 1 << 24;
  return shape.products == ConvProducts::Bytes && !machine.byteDots &&
         shape.kernel[0] * shape.kernel[1] * largestProduct < exactBelow;
}

class DepthwiseEmitter {
public:
  DepthwiseEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &known)
      : e(emitter), shape(known), input(emitter, root, shape), output(emitter, root, shape),
        blocks((shape.outChannels + kLanes - 1) / kLanes),
        columns(depthwiseColumns(emitter.machine, shape)) {
    weight =
        e.buffer(e.argumentOperand(root.getWeight()), root.getWeight().getType().getElementType());
    widened = isWidened(shape, e.machine);
    group = widened ? 1 : shape.group();
    stepRows = (shape.kernel[0] + group - 1) / group;
    batchCount = graph::extentsOf(root.getType())[0];
  }

  void emit();

private:
  void emitTile(Value batch, Value block, Value row, Value column, int64_t width);
  // `window`: of the tile's first pixel, its element; with `wideRows` its output column.
  void addRow(Value window, int64_t row, Sums &sums);
  Value columnOf(Value window, int64_t row, int64_t column);
  Value groupedColumn(Value window, int64_t firstRow, int64_t column);
  Value inputLanes(Value window, int64_t row, int64_t column);
  Value stepWeights(int64_t step);
  Value widenedWeights(int64_t row, int64_t tap);
  Value weightOf(int64_t step);

  RegionEmitter &e;
  ConvShape shape;
  ConvInput input;
  ConvOutput output;
  int64_t blocks;
  TiledAxis columns;
  Value weight;
  AffineExpr batchCount;
  bool widened;             // bytes are multiplied as floats
  int64_t group;            // rows of the window that are multiplied at once
  int64_t stepRows;         // groups of them
  SmallVector<Value> steps; // the window's weights, in registers when they are few
  Value stepsBegin;
  std::optional<WideRows> wideRows; // of the running item
};

} // namespace

// Windows with at most this many steps keep their weights in registers over all pixels.
static constexpr int64_t kStepsInRegisters = 9;

void DepthwiseEmitter::emit() {
  int64_t count = stepRows * shape.kernel[1];
  int64_t packedSteps = (shape.kernel[0] + shape.group() - 1) / shape.group() * shape.kernel[1];
  // Odd counts of blocks are dealt out in halves of the rows.
  int64_t parts = blocks % 2 && blocks < 16 && shape.out[0] != 1 ? 2 : 1;
  AffineExpr rowsOfPart = shape.outExtents[0].ceilDiv(parts);
  SmallVector<Value> counts = {e.extent(batchCount), e.index(blocks), e.index(parts)};
  double work = double(shape.kernel[0] * shape.kernel[1]) * kLanes * shape.pixels() / parts / 8;
  e.parallel(e.extent(batchCount * blocks * parts), work, [&](Value item) {
    SmallVector<Value> at = e.unflatten(item, counts);
    stepsBegin = e.mulConstant(at[1], packedSteps * kLanes * shape.group());
    steps.clear();
    // Weights that are widened are so once, even where they do not all fit registers.
    for (int64_t step = 0; (count <= kStepsInRegisters || widened) && step < count; ++step)
      steps.push_back(stepWeights(step));
    Value low = e.mul(at[2], e.extent(rowsOfPart));
    Value high = e.minimum(e.add(low, e.extent(rowsOfPart)), e.extent(shape.outExtents[0]));
    if (widened && WideRows::pay(shape))
      wideRows.emplace(e, input, shape, input.windowOf(at[0], at[1], low, e.index(0)));
    e.loop(low, high, 1, [&](Value row) {
      if (wideRows)
        wideRows->advance(e.sub(row, low));
      forTiles(e, columns, e.index(0), e.extent(columns.tileCount(e.builder.getContext())),
               [&](Value column, int64_t width) { emitTile(at[0], at[1], row, column, width); });
    });
  });
}

// The weights of a tap, or of a column's group of taps.
Value DepthwiseEmitter::stepWeights(int64_t step) {
  if (widened)
    return widenedWeights(step / shape.kernel[1], step % shape.kernel[1]);
  if (shape.products == ConvProducts::Bytes)
    return loadGroupLanes(e, weight, e.addConstant(stepsBegin, step * kLanes * kGroupBytes));
  return loadFloats(e, weight, stepsBegin, step * kLanes);
}

// One byte of each lane's group, as f32.
Value DepthwiseEmitter::widenedWeights(int64_t row, int64_t tap) {
  OpBuilder &b = e.builder;
  int64_t step = row / shape.group() * shape.kernel[1] + tap, byte = row % shape.group();
  Value groups = loadGroupLanes(e, weight, e.addConstant(stepsBegin, step * kLanes * kGroupBytes));
  auto wide = VectorType::get({kLanes}, b.getI32Type());
  Value bits = vector::BitCastOp::create(b, e.loc(), wide, groups);
  constexpr int64_t signBits = 24;
  bits = arith::ShLIOp::create(b, e.loc(), bits,
                               e.constant(b.getI32Type(), signBits - 8 * byte, kLanes));
  bits = arith::ShRSIOp::create(b, e.loc(), bits, e.constant(b.getI32Type(), signBits, kLanes));
  return arith::SIToFPOp::create(b, e.loc(), VectorType::get({kLanes}, b.getF32Type()), bits);
}

Value DepthwiseEmitter::weightOf(int64_t step) {
  return steps.empty() ? stepWeights(step) : steps[step];
}

void DepthwiseEmitter::emitTile(Value batch, Value block, Value row, Value column, int64_t width) {
  Value firstChannel = e.mulConstant(block, kLanes);
  Value start = output.start(firstChannel);
  Sums sums(width, widened ? e.constant(e.builder.getF32Type(), 0, kLanes) : start);
  Value window = wideRows ? column : input.windowOf(batch, block, row, column);
  for (int64_t line = 0; line < stepRows; ++line)
    addRow(window, line, sums);
  for (Value &sum : sums)
    if (widened) {
      sum = arith::FPToSIOp::create(e.builder, e.loc(), start.getType(), sum);
      sum = arith::AddIOp::create(e.builder, e.loc(), sum, start);
    }
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
      sum = shape.products == ConvProducts::Bytes && !widened
                ? dotLanes(e, sum, lanes, weights)
                : vector::FMAOp::create(e.builder, e.loc(), lanes, weights, sum);
    }
  }
}

// Lanes of channels in a row of the window, at a column of the input.
Value DepthwiseEmitter::inputLanes(Value window, int64_t row, int64_t column) {
  Value at = e.add(window, input.rowStride(row * shape.dilation[0]));
  return loadLanes(e, input.flat, at, input.pixelStride(0, column));
}

// The same of group `row` of rows, as the products take them.
Value DepthwiseEmitter::columnOf(Value window, int64_t row, int64_t column) {
  if (group > 1)
    return groupedColumn(window, row * group, column);
  if (wideRows)
    return wideRows->lanes(row, window, column);
  Value lanes = inputLanes(window, row, column);
  if (!widened)
    return lanes;
  return widenBytes(e, lanes);
}

// Lane by lane a group of rows below each other, zeros behind the window's last.
Value DepthwiseEmitter::groupedColumn(Value window, int64_t firstRow, int64_t column) {
  OpBuilder &b = e.builder;
  auto wide = VectorType::get({kLanes}, b.getI32Type());
  Value all;
  for (int64_t row = firstRow; row < std::min(firstRow + group, shape.kernel[0]); ++row) {
    Value bytes = arith::ExtUIOp::create(b, e.loc(), wide, inputLanes(window, row, column));
    if (row > firstRow) {
      Value places = e.constant(b.getI32Type(), 8 * (row - firstRow), kLanes);
      bytes = arith::ShLIOp::create(b, e.loc(), bytes, places);
    }
    all = all ? Value(arith::OrIOp::create(b, e.loc(), all, bytes)) : bytes;
  }
  auto grouped = VectorType::get({kLanes * group}, b.getI8Type());
  return vector::BitCastOp::create(b, e.loc(), grouped, all);
}

TiledAxis depthwiseColumns(const Machine &machine, const ConvShape &shape) {
  constexpr int64_t wide = 1024; // as if an open width were; a multiple of all tiles
  int64_t width = shape.out[1] < 0 ? wide : shape.out[1];
  return tiledAxis(shape.outExtents[1], depthwiseWidth(machine, width, shape.stride[1]));
}

void emitDepthwise(RegionEmitter &emitter, graph::ConvOp root) {
  DepthwiseEmitter(emitter, root, *convShape(root)).emit();
}

} // namespace mdc::lower
