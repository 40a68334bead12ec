#include "compiler/lower/gpu/GpuConv.h"

#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// Beyond this the windows would crowd out the model on a small device.
constexpr int64_t kMostWindowBytes = int64_t(1) << 30;

class GpuConvEmitter {
public:
  GpuConvEmitter(ModuleOp module, func::FuncOp kernel, graph::ConvOp root);

  bool takes();
  GpuProduct emit(StringRef symbol);

private:
  AffineExpr number(int64_t value) const { return getAffineConstantExpr(value, context); }
  bool readsPixels();
  int64_t windowBytes();
  ProductShape productShape();
  void addWindows(StringRef symbol);
  Value windowElement(RegionEmitter &e, Value batch, Value channel, ArrayRef<Value> taps,
                      ArrayRef<Value> pixel);
  void storeSum(RegionEmitter &e, Value batch, Value row, Value column, Value sum);

  ModuleOp module;
  func::FuncOp kernel;
  graph::ConvOp root;
  MLIRContext *context;
  ArrayRef<int64_t> weight; // extents
  graph::Extents in, out;
  size_t spatial;
  int64_t rows, depth;                   // of a group
  AffineExpr pixels;                     // of a picture,
  AffineExpr pitch;                      // and elements from one row of the windows to the next
  bool direct;                           // the input itself is the windows
  std::optional<ProductEmitter> product; // once takes() has said yes
};

} // namespace

GpuConvEmitter::GpuConvEmitter(ModuleOp module, func::FuncOp kernel, graph::ConvOp root)
    : module(module), kernel(kernel), root(root), context(root.getContext()),
      weight(root.getWeight().getType().getShape()),
      in(graph::extentsOf(root.getInput().getType())), out(graph::extentsOf(root.getType())),
      spatial(weight.size() - 2) {
  rows = weight[0] / int64_t(root.getGroups());
  depth = ShapedType::getNumElements(weight.drop_front(1));
  pixels = graph::elementCount(ArrayRef(out).drop_front(2), context);
  direct = readsPixels();
  constexpr int64_t vectorElements = 8; // of 16 bytes, at the most
  pitch = direct ? pixels : pixels.ceilDiv(vectorElements) * vectorElements;
}

// Windows of one pixel, whose rows a main loop reads 16 bytes at a time.
bool GpuConvEmitter::readsPixels() {
  auto allAre = [](ArrayRef<int64_t> numbers, int64_t wanted) {
    return llvm::all_of(numbers, [&](int64_t number) { return number == wanted; });
  };
  int64_t elementBytes = root.getWeight().getType().getElementTypeBitWidth() / 8;
  return isa<BlockArgument>(root.getInput()) && allAre(weight.drop_front(2), 1) &&
         allAre(root.getStrides(), 1) && allAre(root.getPads(), 0) &&
         pixels.isMultipleOf(16 / elementBytes);
}

int64_t GpuConvEmitter::windowBytes() {
  AffineExpr elements = out[0] * in[1] * (depth / weight[1]) * pitch;
  return largestOf(kernel, elements) * (root.getWeight().getType().getElementTypeBitWidth() / 8);
}

bool GpuConvEmitter::takes() {
  Type element = root.getWeight().getType().getElementType();
  return isa<BlockArgument>(root.getWeight()) && !loopElement(element).empty() &&
         root.getInput().getType().getElementType() == element && root.getPadValue() == 0 &&
         rows >= kFewProductRows && resultsFollow(kernel, root.getResult()) &&
         (direct || windowBytes() <= kMostWindowBytes) &&
         product.emplace(module, kernel, productShape()).takes();
}

// Weights lie as rows of windows. A batch entry is a picture's group.
ProductShape GpuConvEmitter::productShape() {
  AffineExpr none = number(0), one = number(1), groups = number(root.getGroups());
  AffineExpr windows = pitch * depth; // elements of a group
  ProductShape shape;
  shape.element = loopElement(root.getWeight().getType().getElementType());
  shape.left = cast<BlockArgument>(root.getWeight()).getArgNumber();
  shape.right = direct ? cast<BlockArgument>(root.getInput()).getArgNumber()
                       : kernel.getNumArguments() + kernel.getNumResults(); // first scratch buffer
  shape.rows = number(rows);
  shape.columns = pixels;
  shape.depth = number(depth);
  shape.batches = out[0] * groups;
  shape.innerBatches = groups;
  shape.leftStrides = {number(depth), one, none, number(rows * depth)};
  shape.rightStrides = {one, pitch, windows * groups, windows};
  return shape;
}

// The input under a tap; zero in the border.
Value GpuConvEmitter::windowElement(RegionEmitter &e, Value batch, Value channel,
                                    ArrayRef<Value> taps, ArrayRef<Value> pixel) {
  OpBuilder &b = e.builder;
  Indices at = {{batch, 0}, {channel, 0}};
  Value inside = arith::ConstantOp::create(b, e.loc(), b.getBoolAttr(true));
  for (size_t axis = 0; axis < spatial; ++axis) {
    Value offset = e.mulConstant(taps[axis], root.getDilations()[axis]);
    Value from = e.mulConstant(pixel[axis], root.getStrides()[axis]);
    Value coordinate = e.addConstant(e.add(from, offset), -root.getPads()[axis]);
    // One unsigned comparison: negative coordinates are huge.
    Value fits = arith::CmpIOp::create(b, e.loc(), arith::CmpIPredicate::ult, coordinate,
                                       e.extent(in[2 + axis]));
    inside = arith::AndIOp::create(b, e.loc(), inside, fits);
    at.push_back({arith::SelectOp::create(b, e.loc(), fits, coordinate, e.index(0)), 0});
  }
  Value value = e.evaluate(root.getInput(), at, 1);
  return arith::SelectOp::create(b, e.loc(), inside, value, e.constant(value.getType(), 0, 1));
}

// [batch][channel][taps][pixels], rows of pixels at a multiple of 16 bytes. Neighbouring threads
// write neighbouring pixels.
void GpuConvEmitter::addWindows(StringRef symbol) {
  const Machine machine = gpuMachine();
  func::FuncOp function = addFunction(module, symbol);
  RegionEmitter e(kernel, function, machine);
  SmallVector<AffineExpr> extents = {out[0], in[1]};
  for (int64_t taps : weight.drop_front(2))
    extents.push_back(number(taps));
  llvm::append_range(extents, ArrayRef(out).drop_front(2));
  Type element = root.getWeight().getType().getElementType();
  AffineExpr count = graph::elementCount(extents, context);
  e.parallel(e.extent(count), 4, [&](Value point) {
    SmallVector<Value> counts;
    for (AffineExpr extent : extents)
      counts.push_back(e.extent(extent));
    SmallVector<Value> parts = e.unflatten(point, counts);
    auto taps = ArrayRef(parts).slice(2, spatial), pixel = ArrayRef(parts).drop_front(2 + spatial);
    e.newPoint();
    Value value = windowElement(e, parts[0], parts[1], taps, pixel);
    if (value.getType() != element)
      value = arith::TruncFOp::create(e.builder, e.loc(), element, value);
    Value windows = e.buffer(kernel.getNumArguments() + kernel.getNumResults(), element);
    Value row = e.floorDiv(point, e.extent(pixels)), column = e.remainder(point, e.extent(pixels));
    Value place = e.add(e.mul(row, e.extent(pitch)), column);
    memref::StoreOp::create(e.builder, e.loc(), value, windows, ValueRange{place});
  });
}

void GpuConvEmitter::storeSum(RegionEmitter &e, Value batch, Value row, Value column, Value sum) {
  Value groups = e.index(root.getGroups());
  Value channel = e.add(e.mulConstant(e.remainder(batch, groups), rows), row);
  Indices indices = {{e.floorDiv(batch, groups), 0}, {channel, 0}};
  SmallVector<Value> extents;
  for (AffineExpr extent : ArrayRef(out).drop_front(2))
    extents.push_back(e.extent(extent));
  for (Value coordinate : e.unflatten(column, extents))
    indices.push_back({coordinate, 0});
  if (root.getBias())
    sum = arith::AddFOp::create(e.builder, e.loc(), sum,
                                e.evaluate(root.getBias(), {{channel, 0}}, 1));
  e.define(root.getResult(), sum);
  for (unsigned result = 0; result < kernel.getNumResults(); ++result)
    e.storeResult(result, indices, 1, Value());
}

GpuProduct GpuConvEmitter::emit(StringRef symbol) {
  GpuProduct facts;
  if (!direct) {
    addWindows(symbol);
    facts.scratchBytes.push_back(windowBytes());
  }
  product->addEntries(symbol, direct ? 0 : 1, facts);
  product->addStores([&](RegionEmitter &e, Value batch, Value row, Value column, Value sum) {
    storeSum(e, batch, row, column, sum);
  });
  return facts;
}

std::optional<GpuProduct> emitGpuConv(ModuleOp module, func::FuncOp kernel, graph::ConvOp root,
                                      StringRef symbol) {
  if (!root.getWeight().getType().hasStaticShape() || root.getType().isDynamicDim(1))
    return std::nullopt;
  GpuConvEmitter emitter(module, kernel, root);
  if (!emitter.takes())
    return std::nullopt;
  return emitter.emit(symbol);
}

} // namespace mdc::lower
