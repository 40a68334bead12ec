#include "compiler/lower/kernels/SparsePlane.h"

#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/SparseSingles.h"
#include "compiler/lower/kernels/Transpose.h"
#include "compiler/lower/kernels/TurnedPlane.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdc::lower {

namespace {

class SparsePlaneEmitter : public SparseSingles {
public:
  SparsePlaneEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape,
                     const TurnedPlane &plane)
      : SparseSingles(emitter, root.getWeight(),
                      {shape.outChannels, shape.inChannels, plane.offsets.channels,
                       plane.channelFloats(), plane.positions, 1}),
        shape(shape), plane(plane), input(emitter, root, shape), output(emitter, root, shape) {}

private:
  void begin(Value tile) override;
  Value start(Value channel) override { return output.startOf(channel); }
  void turn(Value run) override;
  void store(Value panel) override;

  SmallVector<Value> pixelsUnder(Value position);
  void turnPhase(Value run, Value firstOfLine, ArrayRef<Value> offsets, int64_t phase);

  const ConvShape &shape;
  const TurnedPlane &plane;
  ConvInput input;
  ConvOutput output;
  Value batch, firstPosition;
};

} // namespace

void SparsePlaneEmitter::begin(Value tile) {
  batch = e.floorDiv(tile, e.index(plane.tiles));
  firstPosition = e.mulConstant(e.remainder(tile, e.index(plane.tiles)), plane.positions);
}

// Elements from a plane's first to those under 16 positions, of the first phase.
SmallVector<Value> SparsePlaneEmitter::pixelsUnder(Value position) {
  SmallVector<Value> offsets;
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    Value own = e.addConstant(position, lane), pitch = e.index(plane.offsets.pitch);
    Value row = e.mul(e.floorDiv(own, pitch), input.rowStride(shape.stride[0]));
    Value column = e.mulConstant(e.remainder(own, pitch), input.pixelStride(0, shape.stride[1]));
    offsets.push_back(e.add(row, column));
  }
  return offsets;
}

void SparsePlaneEmitter::turn(Value run) {
  e.loop(e.index(0), e.index(plane.offsets.line), kLanes, [&](Value firstOfLine) {
    SmallVector<Value> offsets = pixelsUnder(e.add(firstPosition, firstOfLine));
    for (int64_t phase = 0; phase < plane.phases[0] * plane.phases[1]; ++phase)
      turnPhase(run, firstOfLine, offsets, phase);
  });
}

// Positions behind the plane's last pixel belong to no output: they take that pixel.
void SparsePlaneEmitter::turnPhase(Value run, Value firstOfLine, ArrayRef<Value> offsets,
                                   int64_t phase) {
  Value none = e.index(0);
  Value skipped = input.windowOf(none, none, none, none);
  Value last = e.sub(e.addConstant(input.blockStride(), -input.block), skipped);
  int64_t shift = input.pixelStride(phase / plane.phases[1], phase % plane.phases[1]);
  SmallVector<Value> inPlane;
  for (Value offset : offsets)
    inPlane.push_back(e.minimum(e.addConstant(offset, shift), last));
  int64_t blocksOfRun = form.run / kLanes, allBlocks = llvm::divideCeil(form.inputs, kLanes);
  Value firstBlock = e.mulConstant(run, blocksOfRun);
  Value blocks = e.minimum(e.index(blocksOfRun), e.sub(e.index(allBlocks), firstBlock));
  e.loop(none, blocks, 1, [&](Value block) {
    Value first = input.windowOf(batch, e.add(firstBlock, block), none, none);
    SmallVector<Value> pixels;
    for (Value offset : inPlane)
      pixels.push_back(loadLanes(e, input.flat, e.add(first, offset), 0));
    Value line = e.add(e.mulConstant(block, kLanes * form.inputFloats), firstOfLine);
    for (auto [channel, lanes] : llvm::enumerate(transposeLanes(e, pixels))) {
      Value at = e.addConstant(line, channel * form.inputFloats + phase * plane.offsets.line);
      vector::StoreOp::create(e.builder, e.loc(), lanes, turned, ValueRange{at});
    }
  });
}

void SparsePlaneEmitter::store(Value panel) {
  Value pitch = e.index(plane.offsets.pitch), width = e.index(shape.out[1]);
  Value end = e.addConstant(firstPosition, plane.positions);
  Value lastRow = e.floorDiv(e.addConstant(end, -1), pitch);
  Value endRow = e.minimum(e.addConstant(lastRow, 1), e.index(shape.out[0]));
  e.loop(e.floorDiv(firstPosition, pitch), endRow, 1, [&](Value row) {
    Value firstOfRow = e.mul(row, pitch);
    Value low = e.maximum(e.sub(firstPosition, firstOfRow), e.index(0));
    Value high = e.minimum(e.sub(end, firstOfRow), width);
    e.loop(low, high, 1, [&](Value column) {
      Value position = e.sub(e.add(firstOfRow, column), firstPosition);
      Value sum = loadLanes(e, square, e.mulConstant(position, kLanes), 0);
      output.store(batch, e.mulConstant(panel, kLanes), row, column, sum);
    });
  });
}

std::string sparsePlanePacking(graph::ConvOp root) {
  auto shape = convShape(root);
  auto plane = shape ? turnedPlane(*shape) : std::nullopt;
  if (!plane)
    return "";
  SparsePacking packing;
  packing.width = 1;
  packing.transposed = true;
  packing.plane = plane->offsets;
  return sparsePackingText(packing);
}

void emitSparsePlane(RegionEmitter &emitter, graph::ConvOp root) {
  ConvShape shape = *convShape(root);
  TurnedPlane plane = *turnedPlane(shape);
  double terms = double(shape.inChannels) * shape.kernel[0] * shape.kernel[1];
  AffineExpr batch = graph::extentsOf(root.getType())[0];
  SparsePlaneEmitter(emitter, root, shape, plane).emit(batch * plane.tiles, terms);
}

std::string sparsePlaneTileText(graph::ConvOp root) {
  return std::to_string(turnedPlane(*convShape(root))->positions) + "x1 sparse";
}

} // namespace mdc::lower
