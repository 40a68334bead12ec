// Convolution with one input channel per output channel: a vector of channels, several pixels of a
// row at once.
#include "compiler/lower/kernels/Conv.h"

#include "compiler/lower/kernels/ConvMemory.h"
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
    weight = e.buffer(e.argumentOperand(root.getWeight()), e.builder.getF32Type());
    batchCount = graph::extentsOf(root.getType())[0];
  }

  void emit();

private:
  void emitTile(Value batch, Value block, Value row, Value column, int64_t width);
  void addRow(Value window, int64_t row, Sums &sums);
  Value weightOf(int64_t tap);

  RegionEmitter &e;
  ConvShape shape;
  ConvInput input;
  ConvOutput output;
  int64_t blocks;
  TiledAxis columns;
  Value weight;
  AffineExpr batchCount;
  SmallVector<Value> taps; // the window's weights, in registers when they are few
  Value tapsBegin;
};

} // namespace

// Windows with at most this many taps keep their weights in registers over all pixels.
static constexpr int64_t kTapsInRegisters = 9;

void DepthwiseEmitter::emit() {
  int64_t taps_ = shape.kernel[0] * shape.kernel[1];
  // Odd counts of blocks are dealt out in halves of the rows.
  int64_t parts = blocks % 2 && blocks < 16 && shape.out[0] > 1 ? 2 : 1;
  int64_t rowsOfPart = (shape.out[0] + parts - 1) / parts;
  SmallVector<Value> counts = {e.extent(batchCount), e.index(blocks), e.index(parts)};
  double work = double(taps_) * kLanes * shape.out[1] * rowsOfPart / 8;
  e.parallel(e.extent(batchCount * blocks * parts), work, [&](Value item) {
    SmallVector<Value> at = e.unflatten(item, counts);
    tapsBegin = e.mulConstant(at[1], taps_ * kLanes);
    taps.clear();
    for (int64_t tap = 0; taps_ <= kTapsInRegisters && tap < taps_; ++tap)
      taps.push_back(loadLanes(e, weight, tapsBegin, tap * kLanes));
    Value low = e.mulConstant(at[2], rowsOfPart);
    Value high = e.minimum(e.addConstant(low, rowsOfPart), e.index(shape.out[0]));
    e.loop(low, high, 1, [&](Value row) {
      forTiles(e, columns, e.index(0), e.index(columns.tiles()),
               [&](Value column, int64_t width) { emitTile(at[0], at[1], row, column, width); });
    });
  });
}

Value DepthwiseEmitter::weightOf(int64_t tap) {
  return taps.empty() ? loadLanes(e, weight, tapsBegin, tap * kLanes) : taps[tap];
}

void DepthwiseEmitter::emitTile(Value batch, Value block, Value row, Value column, int64_t width) {
  Value firstChannel = e.mulConstant(block, kLanes);
  Sums sums(width, output.start(firstChannel));
  Value window = input.windowOf(batch, block, row, column);
  for (int64_t line = 0; line < shape.kernel[0]; ++line)
    addRow(window, line, sums);
  for (int64_t pixel = 0; pixel < width; ++pixel)
    output.store(batch, firstChannel, row, e.addConstant(column, pixel), sums[pixel]);
}

// Each column of the input that the tile's windows cover is loaded once.
void DepthwiseEmitter::addRow(Value window, int64_t row, Sums &sums) {
  int64_t width = sums.size(), taps_ = shape.kernel[1];
  llvm::DenseMap<int64_t, Value> loaded;
  for (int64_t tap = 0; tap < taps_; ++tap) {
    Value factor = weightOf(row * taps_ + tap);
    for (int64_t pixel = 0; pixel < width; ++pixel) {
      int64_t column = pixel * shape.stride[1] + tap * shape.dilation[1];
      Value &lanes = loaded[column];
      if (!lanes)
        lanes =
            loadLanes(e, input.flat, window, input.pixelStride(row * shape.dilation[0], column));
      sums[pixel] = vector::FMAOp::create(e.builder, e.loc(), lanes, factor, sums[pixel]);
    }
  }
}

void emitDepthwise(RegionEmitter &emitter, graph::ConvOp root) {
  DepthwiseEmitter(emitter, root, *convShape(root)).emit();
}

} // namespace mdc::lower
