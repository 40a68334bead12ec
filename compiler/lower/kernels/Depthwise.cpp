// Convolution with one input channel per output channel: a vector of channels, several pixels of a
// row at once. Bytes are multiplied four rows of the window at a time where the machine has
// instructions for that, else two, as 16-bit numbers; rows that several windows share are widened
// once (`WideRows`).
#include "compiler/lower/kernels/Conv.h"

#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "compiler/lower/kernels/WidePairs.h"
#include "compiler/lower/kernels/WideRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// What a step of the sums multiplies.
Terms termsOf(const ConvShape &shape, const Machine &machine) {
  return shape.terms() == Terms::Bytes && !machine.byteDots ? Terms::Pairs : shape.terms();
}

class DepthwiseEmitter {
public:
  DepthwiseEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &known)
      : e(emitter), shape(known), input(emitter, root, shape), output(emitter, root, shape),
        blocks((shape.outChannels + kLanes - 1) / kLanes),
        columns(depthwiseColumns(emitter.machine, shape)) {
    weight =
        e.buffer(e.argumentOperand(root.getWeight()), root.getWeight().getType().getElementType());
    terms = termsOf(shape, e.machine);
    group = terms == Terms::Pairs ? kPairBytes : shape.group();
    stepRows = (shape.kernel[0] + group - 1) / group;
    batchCount = graph::extentsOf(root.getType())[0];
  }

  void emit();

private:
  void emitTile(Value batch, Value block, Value row, Value column, int64_t width);
  // `window`: of the tile's first pixel, its element; with `wideRows` its output column.
  void addRows(Value window, int64_t step, Sums &sums);
  Value multiplyAdd(Value sum, Value lanes, Value weights);
  Value columnOf(Value window, int64_t step, int64_t column);
  Value groupedColumn(Value window, int64_t firstRow, int64_t column);
  Value pairedColumn(Value window, int64_t firstRow, int64_t column);
  Value inputLanes(Value window, int64_t row, int64_t column);
  // Row of the window that is the first of a step's. The last pair of an odd count of rows takes
  // one along that the pair before has, as the row behind the window may not exist.
  int64_t firstRowOf(int64_t step) const;
  Value stepWeights(int64_t step, int64_t tap);
  Value pairWeights(int64_t step, int64_t tap);
  Value weightByte(int64_t row, int64_t tap);
  Value weightOf(int64_t step, int64_t tap);

  RegionEmitter &e;
  ConvShape shape;
  ConvInput input;
  ConvOutput output;
  int64_t blocks;
  TiledAxis columns;
  Value weight;
  AffineExpr batchCount;
  Terms terms;
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
  bool inRegisters = count <= kStepsInRegisters || terms == Terms::Pairs;
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
    for (int64_t step = 0; inRegisters && step < count; ++step)
      steps.push_back(stepWeights(step / shape.kernel[1], step % shape.kernel[1]));
    Value low = e.mul(at[2], e.extent(rowsOfPart));
    Value high = e.minimum(e.add(low, e.extent(rowsOfPart)), e.extent(shape.outExtents[0]));
    if (terms == Terms::Pairs && WideRows::pay(shape))
      wideRows.emplace(e, input, shape, input.windowOf(at[0], at[1], low, e.index(0)));
    e.loop(low, high, 1, [&](Value row) {
      if (wideRows)
        wideRows->advance(e.sub(row, low));
      forTiles(e, columns, e.index(0), e.extent(columns.tileCount(e.builder.getContext())),
               [&](Value column, int64_t width) { emitTile(at[0], at[1], row, column, width); });
    });
  });
}

int64_t DepthwiseEmitter::firstRowOf(int64_t step) const {
  if (terms != Terms::Pairs)
    return step * group;
  return std::min(step * group, std::max<int64_t>(shape.kernel[0] - group, 0));
}

// The weights of a column's group of taps, lane by lane.
Value DepthwiseEmitter::stepWeights(int64_t step, int64_t tap) {
  int64_t number = step * shape.kernel[1] + tap;
  switch (terms) {
  case Terms::Floats:
    return loadFloats(e, weight, stepsBegin, number * kLanes);
  case Terms::Bytes:
    return loadGroupLanes(e, weight, e.addConstant(stepsBegin, number * kLanes * kGroupBytes));
  case Terms::Pairs:
    return pairWeights(step, tap);
  }
}

// Zero for a row that an earlier step has, and for one behind the window.
Value DepthwiseEmitter::pairWeights(int64_t step, int64_t tap) {
  OpBuilder &b = e.builder;
  int64_t first = firstRowOf(step), second = first + 1;
  Value low = e.constant(b.getI32Type(), 0, kLanes), high = low;
  if (first == step * group)
    low = arith::AndIOp::create(b, e.loc(), weightByte(first, tap),
                                e.constant(b.getI32Type(), 0xffff, kLanes));
  if (second < shape.kernel[0])
    high = arith::ShLIOp::create(b, e.loc(), weightByte(second, tap),
                                 e.constant(b.getI32Type(), 16, kLanes));
  Value both = arith::OrIOp::create(b, e.loc(), low, high);
  return vector::BitCastOp::create(b, e.loc(), VectorType::get({2 * kLanes}, b.getI16Type()), both);
}

// One byte of each lane's packed group, as vector<kLanes x i32>.
Value DepthwiseEmitter::weightByte(int64_t row, int64_t tap) {
  OpBuilder &b = e.builder;
  int64_t number = row / kGroupBytes * shape.kernel[1] + tap, byte = row % kGroupBytes;
  Value groups =
      loadGroupLanes(e, weight, e.addConstant(stepsBegin, number * kLanes * kGroupBytes));
  auto wide = VectorType::get({kLanes}, b.getI32Type());
  Value bits = vector::BitCastOp::create(b, e.loc(), wide, groups);
  constexpr int64_t signBits = 24;
  bits = arith::ShLIOp::create(b, e.loc(), bits,
                               e.constant(b.getI32Type(), signBits - 8 * byte, kLanes));
  return arith::ShRSIOp::create(b, e.loc(), bits, e.constant(b.getI32Type(), signBits, kLanes));
}

Value DepthwiseEmitter::weightOf(int64_t step, int64_t tap) {
  return steps.empty() ? stepWeights(step, tap) : steps[step * shape.kernel[1] + tap];
}

void DepthwiseEmitter::emitTile(Value batch, Value block, Value row, Value column, int64_t width) {
  Value firstChannel = e.mulConstant(block, kLanes);
  Sums sums(width, output.start(firstChannel));
  Value window = wideRows ? column : input.windowOf(batch, block, row, column);
  for (int64_t step = 0; step < stepRows; ++step)
    addRows(window, step, sums);
  for (int64_t pixel = 0; pixel < width; ++pixel)
    output.store(batch, firstChannel, row, e.addConstant(column, pixel), sums[pixel]);
}

// Each column of the input that the tile's windows cover is loaded once.
void DepthwiseEmitter::addRows(Value window, int64_t step, Sums &sums) {
  int64_t width = sums.size();
  llvm::DenseMap<int64_t, Value> loaded;
  for (int64_t tap = 0; tap < shape.kernel[1]; ++tap) {
    Value weights = weightOf(step, tap);
    for (int64_t pixel = 0; pixel < width; ++pixel) {
      int64_t column = pixel * shape.stride[1] + tap * shape.dilation[1];
      Value &lanes = loaded[column];
      if (!lanes)
        lanes = columnOf(window, step, column);
      sums[pixel] = multiplyAdd(sums[pixel], lanes, weights);
    }
  }
}

Value DepthwiseEmitter::multiplyAdd(Value sum, Value lanes, Value weights) {
  switch (terms) {
  case Terms::Floats:
    return vector::FMAOp::create(e.builder, e.loc(), lanes, weights, sum);
  case Terms::Bytes:
    return dotLanes(e, sum, lanes, weights);
  case Terms::Pairs:
    return dotPairLanes(e, sum, lanes, weights);
  }
}

// Lanes of channels in a row of the window, at a column of the input.
Value DepthwiseEmitter::inputLanes(Value window, int64_t row, int64_t column) {
  Value at = e.add(window, input.rowStride(row * shape.dilation[0]));
  return loadLanes(e, input.flat, at, input.pixelStride(0, column));
}

// The same of a step's rows, as the products take them.
Value DepthwiseEmitter::columnOf(Value window, int64_t step, int64_t column) {
  int64_t row = firstRowOf(step);
  switch (terms) {
  case Terms::Floats:
    return inputLanes(window, row, column);
  case Terms::Bytes:
    return groupedColumn(window, row, column);
  case Terms::Pairs:
    return wideRows ? wideRows->lanes(row, window, column) : pairedColumn(window, row, column);
  }
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

Value DepthwiseEmitter::pairedColumn(Value window, int64_t firstRow, int64_t column) {
  Value first = inputLanes(window, firstRow, column);
  Value second = shape.kernel[0] > 1 ? inputLanes(window, firstRow + 1, column)
                                     : e.constant(e.builder.getI8Type(), 0, kLanes);
  return pairLanes(e, first, second);
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
