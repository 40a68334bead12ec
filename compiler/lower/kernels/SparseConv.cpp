#include "compiler/lower/kernels/SparseConv.h"

#include "compiler/lower/SparseCost.h"
#include "compiler/lower/SparsePacking.h"
#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/SparseEntries.h"
#include "compiler/lower/kernels/SparsePlane.h"
#include "compiler/lower/kernels/TurnedPlane.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdc::lower {

namespace {

class SparseConvEmitter {
public:
  SparseConvEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape);

  void emit();

private:
  // A tile of output pixels.
  struct Place {
    Value batch, panel, row, column;
    int64_t height, width;
  };

  void emitTiles(Value batch, Value panel, Value low, Value high);
  void emitTile(const Place &place);
  Sums addPixels(const Place &place, Value at, Value weights, ValueRange sums);

  RegionEmitter &e;
  ConvShape shape;
  ConvInput input;
  ConvOutput output;
  bool joined; // all pixels are one long row
  int64_t panels, blocksOfGroup;
  TiledAxis rows, columns;
  AffineExpr batchCount;
  SparseEntries entries;
};

} // namespace

static bool joinable(const ConvShape &shape, const Layout &input) {
  return shape.kernel == Pair{1, 1} && shape.stride == Pair{1, 1} && input.borderLow.empty();
}

static Pair pixelsOf(const ConvShape &shape, bool joined) {
  return joined ? Pair{1, shape.out[0] * shape.out[1]} : shape.out;
}

SparseConvEmitter::SparseConvEmitter(RegionEmitter &emitter, graph::ConvOp root,
                                     const ConvShape &known)
    : e(emitter), shape(known), input(emitter, root, shape), output(emitter, root, shape),
      joined(joinable(shape, emitter.argumentLayout(root.getInput()))),
      panels(shape.outChannels / kLanes + (shape.outChannels % kLanes != 0)),
      batchCount(graph::extentsOf(root.getType())[0]),
      entries(emitter, emitter.argumentOperand(root.getWeight()),
              sparseLists(shape.outChannels, kLanes), kLanes) {
  Pair out = pixelsOf(shape, joined);
  PixelTile tile = convTile(e.machine, kLanes, out[0], out[1]);
  rows = {out[0], tile.height};
  columns = {out[1], tile.width};
  blocksOfGroup = (shape.inChannels / shape.groups + input.block - 1) / input.block;
}

void SparseConvEmitter::emit() {
  TiledAxis &split = joined ? columns : rows;
  // Few panels: their tiles have to feed the threads.
  int64_t groups = panels < 8 ? std::min<int64_t>(split.tiles(), 4) : 1;
  int64_t tilesOfGroup = (split.tiles() + groups - 1) / groups;
  SmallVector<Value> counts = {e.extent(batchCount), e.index(panels), e.index(groups)};
  double terms = double(shape.inChannels / shape.groups) * shape.kernel[0] * shape.kernel[1];
  double work = terms * kLanes * shape.out[0] * shape.out[1] / groups / 16;
  e.parallel(e.extent(batchCount * panels * groups), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    entries.locate();
    Value low = e.mulConstant(parts[2], tilesOfGroup);
    Value high = e.minimum(e.addConstant(low, tilesOfGroup), e.index(split.tiles()));
    emitTiles(parts[0], parts[1], low, high);
  });
}

void SparseConvEmitter::emitTiles(Value batch, Value panel, Value low, Value high) {
  Value none = e.index(0);
  forTiles(e, rows, joined ? none : low, joined ? e.index(rows.tiles()) : high,
           [&](Value row, int64_t tall) {
             forTiles(e, columns, joined ? low : none, joined ? high : e.index(columns.tiles()),
                      [&](Value column, int64_t wide) {
                        emitTile({batch, panel, row, column, tall, wide});
                      });
           });
}

void SparseConvEmitter::emitTile(const Place &place) {
  Value firstChannel = e.mulConstant(place.panel, kLanes);
  Value group = e.floorDiv(firstChannel, e.index(shape.outChannels / shape.groups));
  Value window =
      input.windowOf(place.batch, e.mulConstant(group, blocksOfGroup), place.row, place.column);
  int64_t pixels = place.height * place.width;
  Sums sums = entries.sumOver(place.panel, Sums(pixels, output.start(firstChannel)),
                              [&](Value offset, Value weights, ValueRange carried) {
                                return addPixels(place, e.add(window, offset), weights, carried);
                              });
  for (int64_t pixel = 0; pixel < pixels; ++pixel)
    output.store(place.batch, firstChannel, e.addConstant(place.row, pixel / place.width),
                 e.addConstant(place.column, pixel % place.width), sums[pixel], joined);
}

Sums SparseConvEmitter::addPixels(const Place &place, Value at, Value weights, ValueRange sums) {
  auto element = [&](int64_t pixel) {
    int64_t offset = input.pixelStride(pixel / place.width * shape.stride[0],
                                       pixel % place.width * shape.stride[1]);
    return loadElement(e, input.flat, at, offset);
  };
  return multiplyAdd(e, {place.height * place.width, 1}, sums, element,
                     [&](int64_t) { return weights; });
}

std::optional<int64_t> sparseConvWidth(graph::ConvOp root, graph::ConstantOp weight) {
  auto shape = convShape(root);
  if (!shape || shape->open() || shape->depthwise() || shape->products != ConvProducts::Floats)
    return std::nullopt;
  std::optional<SinglesWork> work;
  if (auto plane = turnedPlane(*shape)) {
    int64_t runs = llvm::divideCeil(shape->inChannels, plane->offsets.channels);
    work = {shape->pixels(), plane->positions, plane->tiles, runs,
            shape->inChannels * plane->channelFloats()};
  }
  return sparseWidth(weight, /*transposed=*/true, work);
}

std::string sparseConvPacking(graph::ConvOp root, const Layout &input) {
  auto shape = convShape(root);
  auto [low, high] = bordersOf(input, shape->flat);
  int64_t block = input.channelBlock, pitch = shape->in[1] + low[1] + high[1];
  int64_t rows = shape->in[0] + low[0] + high[0];
  SparsePacking packing;
  packing.transposed = true;
  packing.conv = {block, rows * pitch * block, shape->dilation[0] * pitch * block,
                  shape->dilation[1] * block};
  return sparsePackingText(packing);
}

void emitSparseConv(RegionEmitter &emitter, graph::ConvOp root) {
  if (parseSparsePacking(emitter.argumentLayout(root.getWeight()).packing)->plane)
    return emitSparsePlane(emitter, root);
  SparseConvEmitter(emitter, root, *convShape(root)).emit();
}

std::string sparseConvTileText(graph::ConvOp root, const Layout &input, const Layout &weight,
                               const Machine &machine) {
  if (parseSparsePacking(weight.packing)->plane)
    return sparsePlaneTileText(root);
  auto shape = convShape(root);
  Pair out = pixelsOf(*shape, joinable(*shape, input));
  PixelTile tile = convTile(machine, kLanes, out[0], out[1]);
  return std::to_string(tile.height) + "x" + std::to_string(tile.width) + "x" +
         std::to_string(kLanes) + " sparse";
}

} // namespace mdc::lower
