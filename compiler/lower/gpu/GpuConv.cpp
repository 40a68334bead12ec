#include "compiler/lower/gpu/GpuConv.h"

#include "compiler/lower/Roots.h"
#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace mdc::lower {

static unsigned argumentNumber(Value argument) {
  return cast<BlockArgument>(argument).getArgNumber();
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
  SmallVector<AffineExpr> numbers();
  ProductShape productShape();
  AffineExpr depthwiseThreads();
  void addDepthwise(StringRef symbol, GpuProduct &facts);
  void storeSum(RegionEmitter &e, Value group, Value row, Value column, Value sum);

  ModuleOp module;
  func::FuncOp kernel;
  graph::ConvOp root;
  GpuConvShape shape;
  std::optional<ProductEmitter> product; // once takes() has said yes, unless depthwise
};

} // namespace

bool GpuConvEmitter::takes() {
  if (!resultsFollow(kernel, root.getResult()))
    return false;
  if (shape.depthwise)
    return graph::largestOf(kernel, depthwiseThreads()) <= std::numeric_limits<int32_t>::max();
  return product.emplace(module, kernel, productShape()).takes();
}

// MdcConv's, from `pictures` to `padValue`.
SmallVector<AffineExpr> GpuConvEmitter::numbers() {
  SmallVector<AffineExpr> all = {shape.pictures, shape.in[0], shape.in[1], shape.out[0],
                                 shape.out[1]};
  for (int64_t value :
       {shape.groups, shape.channels, shape.outChannels, shape.pixelPitch, shape.channelPitch,
        shape.kernel[0], shape.kernel[1], shape.stride[0], shape.stride[1], shape.dilation[0],
        shape.dilation[1], shape.pad[0], shape.pad[1], int64_t(root.getPadValue())})
    all.push_back(number(value));
  return all;
}

ProductShape GpuConvEmitter::productShape() {
  bool pointwise = shape.isPointwise();
  AffineExpr none = number(0), one = number(1);
  int64_t depth = shape.taps() * shape.channelPitch; // of a group
  ProductShape result;
  result.element = shape.element;
  result.left = argumentNumber(root.getInput());
  result.right = argumentNumber(root.getWeight());
  result.rows = shape.pixels();
  result.columns = number(shape.outChannels);
  // The lanes behind the channels of a pixel hold anything; loops that find windows leave them out.
  result.depth = number(pointwise ? shape.channels : depth);
  result.batches = result.innerBatches = number(shape.groups);
  result.leftStrides.fill(none);
  result.rightStrides = {number(depth), one, none,
                         number(shape.groups == 1 ? 0 : shape.outChannels * depth)};
  if (pointwise)
    result.leftStrides = {number(shape.pixelPitch), one, none,
                          number(shape.groups == 1 ? 0 : shape.channels)};
  else
    result.windows = numbers();
  return result;
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

AffineExpr GpuConvEmitter::depthwiseThreads() {
  const DepthwiseLoop loop = depthwiseLoop(shape.element);
  return number(shape.groups).ceilDiv(loop.channels) * shape.out[1].ceilDiv(loop.pixels) *
         shape.out[0] * shape.pictures;
}

// A channel of the result is a column, of one batch.
void GpuConvEmitter::addDepthwise(StringRef symbol, GpuProduct &facts) {
  const DepthwiseLoop loop = depthwiseLoop(shape.element);
  facts.loop = "depthwise_" + shape.element;
  LoopCall call{"mdc_" + facts.loop,
                {argumentNumber(root.getInput()), argumentNumber(root.getWeight()), -1}};
  call.numbers = numbers();
  call.numbers.push_back(number(1)); // splits
  call.blocks = {depthwiseThreads().ceilDiv(loop.threads), number(1), number(1)};
  call.threads = loop.threads;
  addEntry(module, kernel, (symbol + "_0").str(), call);
}

GpuProduct GpuConvEmitter::emit(StringRef symbol) {
  GpuProduct facts;
  if (shape.depthwise)
    addDepthwise(symbol, facts);
  else
    product->addEntries(symbol, 0, facts);
  // A pair begins at an even channel of every group, and lies together in channels-last results.
  bool pairs = shape.depthwise || shape.groups == 1 || shape.outChannels % 2 == 0;
  for (unsigned result = 0; result < kernel.getNumResults(); ++result)
    pairs &= layoutOfResult(kernel, result).channelBlock > 1;
  for (BlockArgument argument : kernel.getArguments())
    pairs &=
        !layoutOfArgument(kernel, argument.getArgNumber()).rowMajor() ||
        !endsInsideRun(cast<RankedTensorType>(argument.getType()), root.getType().getRank(), 2);
  addStores(
      module, kernel, sumType(shape.element, root.getContext()),
      [&](RegionEmitter &e, Value group, Value row, Value column, Value sum) {
        storeSum(e, group, row, column, sum);
      },
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
    return layoutText(layoutOfArgument(kernel, argument.getArgNumber()));
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
