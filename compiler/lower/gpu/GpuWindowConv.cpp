#include "compiler/lower/gpu/GpuConv.h"

#include "compiler/lower/Packing.h"
#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdc::lower {

// Windows beyond this many bytes would crowd out the model on a small device.
static constexpr int64_t kMostWindowBytes = int64_t(1) << 30;

namespace {

class WindowConvEmitter {
public:
  WindowConvEmitter(ModuleOp module, func::FuncOp kernel, graph::ConvOp root);

  bool takes();
  GpuProduct emit(StringRef symbol);

private:
  Type inputElement() { return root.getInput().getType().getElementType(); }
  Type weightElement() { return root.getWeight().getType().getElementType(); }
  std::string element() { return loopElement(root, weightElement(), inputElement()); }
  AffineExpr number(int64_t value) const { return getAffineConstantExpr(value, context); }
  bool readsPixels();
  int64_t weightPitch();
  int64_t windowBytes();
  ProductShape productShape();
  graph::Extents windowExtents();
  Value windowAt(RegionEmitter &e, ArrayRef<Value> index);
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
  AffineExpr pitch;                      // and elements from one row of the windows to the next:
                                         // of pixels, or of depth
  bool direct;                           // the input itself is the windows
  bool alongDepth;                       // windows lie pixel by pixel, as bytes are multiplied
  std::optional<ProductEmitter> product; // once takes() has said yes
};

} // namespace

WindowConvEmitter::WindowConvEmitter(ModuleOp module, func::FuncOp kernel, graph::ConvOp root)
    : module(module), kernel(kernel), root(root), context(root.getContext()),
      weight(root.getWeight().getType().getShape()),
      in(graph::extentsOf(root.getInput().getType())), out(graph::extentsOf(root.getType())),
      spatial(weight.size() - 2) {
  rows = weight[0] / int64_t(root.getGroups());
  depth = ShapedType::getNumElements(weight.drop_front(1));
  pixels = graph::elementCount(ArrayRef(out).drop_front(2), context);
  alongDepth = weightElement().isInteger(8);
  direct = readsPixels();
  AffineExpr row = alongDepth ? number(depth) : pixels;
  int64_t vectorElements = alongDepth ? 16 : 8; // of 16 bytes, at the most
  pitch = direct ? row : row.ceilDiv(vectorElements) * vectorElements;
}

// Windows of one pixel, whose rows a main loop reads 16 bytes at a time.
bool WindowConvEmitter::readsPixels() {
  auto allAre = [](ArrayRef<int64_t> numbers, int64_t wanted) {
    return llvm::all_of(numbers, [&](int64_t number) { return number == wanted; });
  };
  int64_t bytes = root.getWeight().getType().getElementTypeBitWidth() / 8;
  return isa<BlockArgument>(root.getInput()) && !alongDepth && allAre(weight.drop_front(2), 1) &&
         allAre(root.getStrides(), 1) && allAre(root.getPads(), 0) &&
         pixels.isMultipleOf(16 / bytes);
}

// Elements from one row of the weights, for an output channel, to the next.
int64_t WindowConvEmitter::weightPitch() {
  unsigned argument = cast<BlockArgument>(root.getWeight()).getArgNumber();
  return rowPitch(root.getWeight().getType(), layoutOfArgument(kernel, argument).packing);
}

int64_t WindowConvEmitter::windowBytes() {
  AffineExpr rowsOfWindows = alongDepth ? pixels * root.getGroups() : in[1] * (depth / weight[1]);
  AffineExpr elements = out[0] * rowsOfWindows * pitch;
  return graph::largestOf(kernel, elements) *
         (root.getWeight().getType().getElementTypeBitWidth() / 8);
}

bool WindowConvEmitter::takes() {
  return isa<BlockArgument>(root.getWeight()) && !element().empty() && rows >= kFewProductRows &&
         resultsFollow(kernel, root.getResult()) && (direct || windowBytes() <= kMostWindowBytes) &&
         product.emplace(module, kernel, productShape()).takes();
}

// Weights lie as rows of windows. A batch entry is a picture's group.
ProductShape WindowConvEmitter::productShape() {
  AffineExpr none = number(0), one = number(1), groups = number(root.getGroups());
  AffineExpr windows = pitch * (alongDepth ? pixels : number(depth)); // elements of a group
  ProductShape shape;
  shape.element = element();
  shape.left = cast<BlockArgument>(root.getWeight()).getArgNumber();
  shape.right = direct ? cast<BlockArgument>(root.getInput()).getArgNumber()
                       : kernel.getNumArguments() + kernel.getNumResults(); // first scratch buffer
  shape.rows = number(rows);
  shape.columns = pixels;
  shape.depth = number(depth);
  shape.batches = out[0] * groups;
  shape.innerBatches = groups;
  shape.leftStrides = {number(weightPitch()), one, none, number(rows * weightPitch())};
  shape.rightStrides = {one, pitch, windows * groups, windows};
  if (alongDepth)
    std::swap(shape.rightStrides[0], shape.rightStrides[1]);
  return shape;
}

// The input under a tap; the pad value in the border.
Value WindowConvEmitter::windowElement(RegionEmitter &e, Value batch, Value channel,
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
  return arith::SelectOp::create(b, e.loc(), inside, value,
                                 e.constant(value.getType(), double(root.getPadValue()), 1));
}

// Of the windows: batch, channel, taps and pixels; along the depth batch, group, pixels, channel of
// the group and taps.
graph::Extents WindowConvEmitter::windowExtents() {
  graph::Extents taps, extents = {out[0]};
  for (int64_t count : weight.drop_front(2))
    taps.push_back(number(count));
  auto pixelAxes = ArrayRef(out).drop_front(2);
  if (alongDepth) {
    extents.push_back(number(root.getGroups()));
    llvm::append_range(extents, pixelAxes);
    extents.push_back(number(weight[1]));
    llvm::append_range(extents, taps);
  } else {
    extents.push_back(in[1]);
    llvm::append_range(extents, taps);
    llvm::append_range(extents, pixelAxes);
  }
  return extents;
}

// The element of the windows at an index of windowExtents().
Value WindowConvEmitter::windowAt(RegionEmitter &e, ArrayRef<Value> index) {
  if (!alongDepth)
    return windowElement(e, index[0], index[1], index.slice(2, spatial),
                         index.drop_front(2 + spatial));
  Value channel = e.add(e.mulConstant(index[1], weight[1]), index[2 + spatial]);
  return windowElement(e, index[0], channel, index.drop_front(3 + spatial),
                       index.slice(2, spatial));
}

// Rows begin at multiples of 16 bytes. Neighbouring threads write neighbouring elements.
void WindowConvEmitter::addWindows(StringRef symbol) {
  const Machine machine = gpuMachine();
  func::FuncOp function = addFunction(module, symbol);
  RegionEmitter e(kernel, function, machine);
  graph::Extents extents = windowExtents();
  AffineExpr rowElements = alongDepth ? number(depth) : pixels;
  e.parallel(e.extent(graph::elementCount(extents, context)), 4, [&](Value point) {
    SmallVector<Value> counts;
    for (AffineExpr extent : extents)
      counts.push_back(e.extent(extent));
    e.newPoint();
    Value value = windowAt(e, e.unflatten(point, counts));
    if (auto narrow = dyn_cast<FloatType>(weightElement()); narrow && value.getType() != narrow)
      value = arith::TruncFOp::create(e.builder, e.loc(), narrow, value);
    Value windows = e.buffer(kernel.getNumArguments() + kernel.getNumResults(), inputElement());
    Value row = e.floorDiv(point, e.extent(rowElements));
    Value column = e.remainder(point, e.extent(rowElements));
    Value place = e.add(e.mul(row, e.extent(pitch)), column);
    memref::StoreOp::create(e.builder, e.loc(), value, windows, ValueRange{place});
  });
}

void WindowConvEmitter::storeSum(RegionEmitter &e, Value batch, Value row, Value column,
                                 Value sum) {
  Value groups = e.index(root.getGroups());
  Value channel = e.add(e.mulConstant(e.remainder(batch, groups), rows), row);
  Indices indices = {{e.floorDiv(batch, groups), 0}, {channel, 0}};
  SmallVector<Value> extents;
  for (AffineExpr extent : ArrayRef(out).drop_front(2))
    extents.push_back(e.extent(extent));
  for (Value coordinate : e.unflatten(column, extents))
    indices.push_back({coordinate, 0});
  if (root.getBias()) {
    Value bias = e.evaluate(root.getBias(), {{channel, 0}}, 1);
    sum = isa<FloatType>(sum.getType())
              ? Value(arith::AddFOp::create(e.builder, e.loc(), sum, bias))
              : Value(arith::AddIOp::create(e.builder, e.loc(), sum, bias));
  }
  e.define(root.getResult(), sum);
  for (unsigned result = 0; result < kernel.getNumResults(); ++result)
    e.storeResult(result, indices, 1, Value());
}

GpuProduct WindowConvEmitter::emit(StringRef symbol) {
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

std::optional<GpuProduct> emitWindowConv(ModuleOp module, func::FuncOp kernel, graph::ConvOp root,
                                         StringRef symbol) {
  if (!root.getWeight().getType().hasStaticShape() || root.getType().isDynamicDim(1))
    return std::nullopt;
  WindowConvEmitter emitter(module, kernel, root);
  if (!emitter.takes())
    return std::nullopt;
  return emitter.emit(symbol);
}

} // namespace mdc::lower
