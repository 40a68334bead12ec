#include "compiler/lower/gpu/GpuConv.h"

#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdc::lower {

namespace {

class GpuConvEmitter {
public:
  GpuConvEmitter(ModuleOp module, func::FuncOp kernel, graph::ConvOp root);

  bool takes();
  GpuProduct emit(StringRef symbol);

private:
  AffineExpr number(int64_t value) const { return getAffineConstantExpr(value, context); }
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
  int64_t rows, depth; // of a group
  AffineExpr pixels;   // of a picture,
  AffineExpr pitch;    // and elements from one row of the windows to the next
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
  constexpr int64_t vectorElements = 8; // of 16 bytes, at the most
  pitch = pixels.ceilDiv(vectorElements) * vectorElements;
}

bool GpuConvEmitter::takes() {
  Type element = root.getWeight().getType().getElementType();
  return isa<BlockArgument>(root.getWeight()) && !loopElement(element).empty() &&
         root.getInput().getType().getElementType() == element && root.getPadValue() == 0 &&
         rows >= kFewProductRows && resultsFollow(kernel, root.getResult()) &&
         ProductEmitter(module, kernel, productShape()).takes();
}

// Weights lie as rows of windows. A batch entry is a picture's group.
ProductShape GpuConvEmitter::productShape() {
  AffineExpr none = number(0), one = number(1), groups = number(root.getGroups());
  AffineExpr windows = pitch * depth; // elements of a group
  ProductShape shape;
  shape.element = loopElement(root.getWeight().getType().getElementType());
  shape.left = cast<BlockArgument>(root.getWeight()).getArgNumber();
  shape.right = kernel.getNumArguments() + kernel.getNumResults(); // the first scratch buffer
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
  ProductEmitter emitter(module, kernel, productShape());
  emitter.takes();
  addWindows(symbol);
  GpuProduct product;
  int64_t elementBytes = root.getWeight().getType().getElementTypeBitWidth() / 8;
  product.scratchBytes.push_back(largestOf(kernel, out[0] * in[1] * (depth / weight[1]) * pitch) *
                                 elementBytes);
  emitter.addEntries(symbol, 1, product);
  emitter.addStores([&](RegionEmitter &e, Value batch, Value row, Value column, Value sum) {
    storeSum(e, batch, row, column, sum);
  });
  return product;
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
