#include "compiler/lower/gpu/GpuConv.h"

#include "compiler/lower/Roots.h"
#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

// The layout of an argument or result, from its attributes.
static StringRef layoutIn(DictionaryAttr attributes) {
  auto text = attributes ? attributes.getAs<StringAttr>("graph.layout") : StringAttr();
  return text ? text.getValue() : StringRef();
}

namespace {

// Rows of the product are the pixels of all pictures, columns the output channels of a group, which
// is a batch entry; the depth is the channels of every tap.
class GpuConvEmitter {
public:
  GpuConvEmitter(ModuleOp module, func::FuncOp kernel, graph::ConvOp root, GpuConvShape shape)
      : module(module), kernel(kernel), root(root), shape(std::move(shape)) {}

  bool takes();
  GpuProduct emit(StringRef symbol);

private:
  AffineExpr number(int64_t value) { return getAffineConstantExpr(value, root.getContext()); }
  Type element() { return root.getInput().getType().getElementType(); }
  unsigned firstScratch() { return kernel.getNumArguments() + kernel.getNumResults(); }
  int64_t windowPitch() const { return shape.groups * shape.taps() * shape.channelPitch; }
  int64_t windowBytes() const;
  ProductShape productShape();
  void addWindows(StringRef symbol);
  Value windowVector(RegionEmitter &e, ValueRange pixel, Value group, ValueRange tap,
                     Value channel);
  void storeSum(RegionEmitter &e, Value group, Value row, Value column, Value sum);

  ModuleOp module;
  func::FuncOp kernel;
  graph::ConvOp root;
  GpuConvShape shape;
  std::optional<ProductEmitter> product; // once takes() has said yes
};

} // namespace

int64_t GpuConvEmitter::windowBytes() const {
  return largestOf(kernel, shape.pixels()) * windowPitch() * elementBytes(shape.element);
}

bool GpuConvEmitter::takes() {
  return !shape.depthwise && resultsFollow(kernel, root.getResult()) &&
         (shape.isPointwise() || windowBytes() <= kMostWindowBytes) &&
         product.emplace(module, kernel, productShape()).takes();
}

ProductShape GpuConvEmitter::productShape() {
  bool pointwise = shape.isPointwise();
  AffineExpr none = number(0), one = number(1);
  int64_t depth = shape.taps() * shape.channelPitch; // of a group
  ProductShape result;
  result.element = shape.element;
  result.left = pointwise ? cast<BlockArgument>(root.getInput()).getArgNumber() : firstScratch();
  result.right = cast<BlockArgument>(root.getWeight()).getArgNumber();
  result.rows = shape.pixels();
  result.columns = number(shape.outChannels);
  // The lanes behind the channels of a pixel hold anything; those of a window are zeros.
  result.depth = number(pointwise ? shape.channels : depth);
  result.batches = result.innerBatches = number(shape.groups);
  result.leftStrides = {number(pointwise ? shape.pixelPitch : windowPitch()), one, none,
                        number(pointwise ? shape.channels : depth)};
  result.rightStrides = {number(depth), one, none, number(shape.outChannels * depth)};
  if (shape.groups == 1)
    result.leftStrides[3] = result.rightStrides[3] = none;
  return result;
}

// 16 bytes of channels under a tap; the pad value in the border, zeros behind the last channel.
Value GpuConvEmitter::windowVector(RegionEmitter &e, ValueRange pixel, Value group, ValueRange tap,
                                   Value channel) {
  OpBuilder &b = e.builder;
  int64_t lanes = vectorElements(element());
  Value inside, place = pixel[0]; // picture
  for (unsigned axis = 0; axis < 2; ++axis) {
    Value from = e.mulConstant(pixel[1 + axis], shape.stride[axis]);
    Value offset = e.mulConstant(tap[axis], shape.dilation[axis]);
    Value coordinate = e.addConstant(e.add(from, offset), -shape.pad[axis]);
    // One unsigned comparison: negative coordinates are huge.
    Value fits = arith::CmpIOp::create(b, e.loc(), arith::CmpIPredicate::ult, coordinate,
                                       e.extent(shape.in[axis]));
    inside = inside ? Value(arith::AndIOp::create(b, e.loc(), inside, fits)) : fits;
    coordinate = arith::SelectOp::create(b, e.loc(), fits, coordinate, e.index(0));
    place = e.add(e.mul(place, e.extent(shape.in[axis])), coordinate);
  }
  Value first = e.add(e.mulConstant(group, shape.channels), channel);
  Value input = e.buffer(cast<BlockArgument>(root.getInput()).getArgNumber(), element());
  Value value = e.load(input, {e.add(e.mulConstant(place, shape.pixelPitch), first), 1}, lanes);
  Type stored = RegionEmitter::storageType(element());
  Value border = e.splat(borderConstant(e, element(), root.getPadValue()), lanes);
  value = arith::SelectOp::create(b, e.loc(), inside, value, border);
  if (shape.channels % lanes == 0)
    return value;
  Value left = e.minimum(e.sub(e.index(shape.channels), channel), e.index(lanes));
  return arith::SelectOp::create(b, e.loc(), e.laneMask(left, lanes), value,
                                 e.constant(stored, 0, lanes));
}

// Neighbouring threads write neighbouring vectors.
void GpuConvEmitter::addWindows(StringRef symbol) {
  const Machine machine = gpuMachine();
  RegionEmitter e(kernel, addFunction(module, symbol), machine);
  int64_t lanes = vectorElements(element());
  graph::Extents extents = {shape.pictures,
                            shape.out[0],
                            shape.out[1],
                            number(shape.groups),
                            number(shape.kernel[0]),
                            number(shape.kernel[1]),
                            number(shape.channelPitch / lanes)};
  e.parallel(e.extent(graph::elementCount(extents, root.getContext())), 4, [&](Value point) {
    SmallVector<Value> counts;
    for (AffineExpr extent : extents)
      counts.push_back(e.extent(extent));
    SmallVector<Value> at = e.unflatten(point, counts);
    Value channel = e.mulConstant(at[6], lanes);
    ValueRange all = at;
    Value value = windowVector(e, all.take_front(3), at[3], all.slice(4, 2), channel);
    Value windows = e.buffer(firstScratch(), element());
    vector::StoreOp::create(e.builder, e.loc(), value, windows,
                            ValueRange{e.mulConstant(point, lanes)}, /*nontemporal=*/false,
                            llvm::Align(kVectorBytes));
  });
}

// Two sums are neighbouring channels.
void GpuConvEmitter::storeSum(RegionEmitter &e, Value group, Value row, Value column, Value sum) {
  auto vector = dyn_cast<VectorType>(sum.getType());
  int64_t lanes = vector ? vector.getNumElements() : 1, rank = root.getType().getRank();
  LaneIndex channel = {e.add(e.mulConstant(group, shape.outChannels), column), vector ? 1 : 0};
  Indices indices(rank, {e.index(0), 0});
  indices[1] = channel;
  if (auto axis = pixelAxis(e, root)) {
    indices[*axis].base = row;
  } else {
    graph::Extents out = graph::extentsOf(root.getType());
    SmallVector<Value> extents = {e.extent(out[0])};
    for (AffineExpr extent : ArrayRef(out).drop_front(2))
      extents.push_back(e.extent(extent));
    for (auto [axis, coordinate] : llvm::enumerate(e.unflatten(row, extents)))
      indices[axis == 0 ? 0 : axis + 1].base = coordinate;
  }
  if (root.getBias()) {
    Value bias = e.evaluate(root.getBias(), {channel}, lanes);
    sum = isa<FloatType>(getElementTypeOrSelf(sum.getType()))
              ? Value(arith::AddFOp::create(e.builder, e.loc(), sum, bias))
              : Value(arith::AddIOp::create(e.builder, e.loc(), sum, bias));
  }
  e.define(root.getResult(), sum);
  for (unsigned result = 0; result < kernel.getNumResults(); ++result)
    e.storeResult(result, indices, lanes, Value());
}

GpuProduct GpuConvEmitter::emit(StringRef symbol) {
  GpuProduct facts;
  if (!shape.isPointwise()) {
    addWindows(symbol);
    facts.scratchBytes.push_back(windowBytes());
  }
  product->addEntries(symbol, shape.isPointwise() ? 0 : 1, facts);
  // A pair begins at an even channel of every group, and lies together in channels-last results.
  bool pairs = shape.groups == 1 || shape.outChannels % 2 == 0;
  for (unsigned result = 0; result < kernel.getNumResults(); ++result)
    pairs &= parseLayout(layoutIn(kernel.getResultAttrDict(result))).channelBlock > 1;
  product->addStores([&](RegionEmitter &e, Value group, Value row, Value column,
                         Value sum) { storeSum(e, group, row, column, sum); },
                     pairs);
  return facts;
}

// The numbers of a convolution whose operands lie as gpuConvLayouts() names them.
static std::optional<GpuConvShape> channelsLastShape(func::FuncOp kernel, graph::ConvOp root) {
  auto input = dyn_cast<BlockArgument>(root.getInput()),
       weight = dyn_cast<BlockArgument>(root.getWeight());
  std::optional<GpuConvShape> shape = gpuConvShape(root, /*isConstant=*/weight != nullptr);
  if (!shape || !input)
    return std::nullopt;
  auto layoutOf = [&](BlockArgument argument) {
    return layoutIn(kernel.getArgAttrDict(argument.getArgNumber()));
  };
  ConvLayouts wanted = gpuConvLayouts(root, *shape);
  bool lies = layoutOf(input) == wanted.input ||
              (layoutOf(input).empty() && isOnePixel(root.getInput().getType()));
  return lies && layoutOf(weight) == wanted.weight ? shape : std::nullopt;
}

std::optional<GpuProduct> emitGpuConv(ModuleOp module, func::FuncOp kernel, graph::ConvOp root,
                                      StringRef symbol) {
  auto shape = channelsLastShape(kernel, root);
  if (!shape)
    return emitWindowConv(module, kernel, root, symbol);
  GpuConvEmitter emitter(module, kernel, root, *shape);
  if (!emitter.takes())
    return std::nullopt; // plain loops read any layout
  return emitter.emit(symbol);
}

} // namespace mdc::lower
