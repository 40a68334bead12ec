#include "compiler/lower/gpu/GpuMatmul.h"

#include "compiler/lower/gpu/MainLoops.h"
#include "compiler/lower/kernels/MatmulShape.h"
#include "compiler/lower/kernels/MultiplyAdd.h"
#include "dialects/kernel/Kernel.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// Blocks along y and z, at most.
constexpr int64_t kMostBlocks = 65535;

// Batch entries as two loops, one inside the other, with a stride for each operand.
struct BatchLevels {
  AffineExpr innerExtent;
  AffineExpr lhsOuter, lhsInner, rhsOuter, rhsInner;
};

class GpuMatmulEmitter {
public:
  GpuMatmulEmitter(ModuleOp module, func::FuncOp kernel, graph::MatmulOp root, StringRef symbol)
      : module(module), kernel(kernel), root(root), symbol(symbol), shape(matmulShape(root)),
        context(kernel.getContext()) {}

  bool takes();
  GpuProduct emit();

private:
  AffineExpr number(int64_t value) const { return getAffineConstantExpr(value, context); }
  int64_t largest(AffineExpr expr) const;
  unsigned operandOf(Value value) const { return cast<BlockArgument>(value).getArgNumber(); }
  bool findBatchLevels();
  int64_t alignmentOf(ArrayRef<AffineExpr> strides);
  func::FuncOp addFunction(StringRef name, FunctionType type);
  void addEntry(StringRef name, StringRef loop, ArrayRef<AffineExpr> blocks, int64_t threads,
                int64_t sharedBytes);
  void addStore(StringRef name, int64_t count);
  SmallVector<AffineExpr> numbers();

  ModuleOp module;
  func::FuncOp kernel;
  graph::MatmulOp root;
  StringRef symbol;
  const Machine machine = gpuMachine();
  MatmulShape shape;
  MLIRContext *context;
  BatchLevels levels;
  LoopChoice choice;
};

} // namespace

int64_t GpuMatmulEmitter::largest(AffineExpr expr) const {
  SmallVector<int64_t> most;
  if (auto max = kernel->getAttrOfType<DenseI64ArrayAttr>("graph.max"))
    most.assign(max.asArrayRef().begin(), max.asArrayRef().end());
  return graph::evaluate(expr, most);
}

// Axes that lie in both operands as one longer axis would are one.
bool GpuMatmulEmitter::findBatchLevels() {
  AffineExpr matrix = shape.depth * shape.columns;
  SmallVector<std::array<AffineExpr, 3>> axes; // extent, strides of lhs and rhs
  for (size_t axis = 0; axis < shape.batch.size(); ++axis) {
    if (graph::constantOf(shape.batch[axis]) == 1)
      continue;
    std::array<AffineExpr, 3> next = {shape.batch[axis], shape.lhsBatchStrides[axis],
                                      shape.rhsBatchMatrices[axis] * matrix};
    bool joins =
        !axes.empty() && axes.back()[1] == next[1] * next[0] && axes.back()[2] == next[2] * next[0];
    if (joins)
      axes.back() = {axes.back()[0] * next[0], next[1], next[2]};
    else
      axes.push_back(next);
  }
  if (axes.size() > 2)
    return false;
  AffineExpr none = number(0);
  std::array<AffineExpr, 3> inner = {number(1), none, none}, outer = inner;
  if (!axes.empty())
    inner = axes.back();
  if (axes.size() == 2)
    outer = axes.front();
  levels = {inner[0], outer[1], inner[1], outer[2], inner[2]};
  return true;
}

// "f32", "f16" or "bf16" where both operands lie in memory as that; empty for others.
static std::string elementOf(graph::MatmulOp root) {
  Type element = root.getLhs().getType().getElementType();
  if (root.getRhs().getType().getElementType() != element || !isa<BlockArgument>(root.getLhs()) ||
      !isa<BlockArgument>(root.getRhs()))
    return "";
  return element.isF32() ? "f32" : element.isF16() ? "f16" : element.isBF16() ? "bf16" : "";
}

bool GpuMatmulEmitter::takes() {
  const std::string element = elementOf(root);
  if (element.empty())
    return false;
  int64_t rows = largest(shape.rows), columns = largest(shape.columns);
  int64_t depth = largest(shape.depth), batches = largest(shape.batchCount);
  if (rows * columns * depth * batches == 0 || !findBatchLevels())
    return false;
  choice = chooseLoop(element, rows, columns, depth, batches);
  return llvm::divideCeil(rows, choice.loop.rows) <= kMostBlocks &&
         batches * choice.splits <= kMostBlocks;
}

// Of every row, in bytes; operands start at multiples of more than 16.
int64_t GpuMatmulEmitter::alignmentOf(ArrayRef<AffineExpr> strides) {
  int64_t elementBytes = root.getLhs().getType().getElementTypeBitWidth() / 8;
  for (int64_t bytes = 16; bytes > elementBytes; bytes /= 2)
    if (llvm::all_of(strides, [&](AffineExpr stride) {
          return graph::constantOf(stride) == 1 || stride.isMultipleOf(bytes / elementBytes);
        }))
      return bytes;
  return elementBytes;
}

// MdcMatmul's, from `rows` on.
SmallVector<AffineExpr> GpuMatmulEmitter::numbers() {
  int64_t lhsAlignment =
      alignmentOf({shape.lhsRowStride, shape.lhsDepthStride, levels.lhsOuter, levels.lhsInner});
  int64_t rhsAlignment =
      alignmentOf({shape.rhsColumnStride, shape.rhsDepthStride, levels.rhsOuter, levels.rhsInner});
  return {shape.rows,         shape.columns,         shape.depth,          shape.batchCount,
          levels.innerExtent, shape.lhsRowStride,    shape.lhsDepthStride, levels.lhsOuter,
          levels.lhsInner,    shape.rhsColumnStride, shape.rhsDepthStride, levels.rhsOuter,
          levels.rhsInner,    number(lhsAlignment),  number(rhsAlignment), number(choice.splits)};
}

func::FuncOp GpuMatmulEmitter::addFunction(StringRef name, FunctionType type) {
  OpBuilder builder(context);
  builder.setInsertionPointToEnd(module.getBody());
  return func::FuncOp::create(builder, kernel.getLoc(), name, type);
}

void GpuMatmulEmitter::addEntry(StringRef name, StringRef loop, ArrayRef<AffineExpr> blocks,
                                int64_t threads, int64_t sharedBytes) {
  func::FuncOp entry = addFunction(name, FunctionType::get(context, {}, {}));
  Builder b(context);
  entry->setAttr(kernel::kBlocksAttr, AffineMapAttr::get(graph::extentMap(blocks, context)));
  entry->setAttr(kernel::kThreadsAttr, b.getI64IntegerAttr(threads));
  entry->setAttr(kernel::kSharedBytesAttr, b.getI64IntegerAttr(sharedBytes));
  RegionEmitter e(kernel, entry, machine);
  SmallVector<Value> values;
  for (AffineExpr expr : numbers())
    values.push_back(e.extent(expr));
  IntegerAttr partials;
  if (choice.splits > 1)
    partials = b.getI64IntegerAttr(kernel.getNumArguments() + kernel.getNumResults());
  kernel::MainLoopOp::create(e.builder, e.loc(), b.getStringAttr(loop),
                             b.getI64IntegerAttr(operandOf(root.getLhs())),
                             b.getI64IntegerAttr(operandOf(root.getRhs())), partials, values);
}

// What a main loop calls with `count` sums of neighbouring columns.
void GpuMatmulEmitter::addStore(StringRef name, int64_t count) {
  Type index = IndexType::get(context);
  SmallVector<Type> types = {index, index, index};
  types.append(count, Float32Type::get(context));
  func::FuncOp store = addFunction(name, FunctionType::get(context, types, {}));
  RegionEmitter e(kernel, store, machine);
  SmallVector<Value> batchExtents, rowExtents;
  for (AffineExpr extent : shape.batch)
    batchExtents.push_back(e.extent(extent));
  for (AffineExpr extent : shape.rowAxes)
    rowExtents.push_back(e.extent(extent));
  Indices indices;
  for (Value coordinate : e.unflatten(store.getArgument(0), batchExtents))
    indices.push_back({coordinate, 0});
  for (Value coordinate : e.unflatten(store.getArgument(1), rowExtents))
    indices.push_back({coordinate, 0});
  indices.push_back({});
  for (int64_t number = 0; number < count; ++number) {
    indices.back() = {e.addConstant(store.getArgument(2), number), 0};
    e.newPoint();
    e.define(root.getResult(), store.getArgument(3 + number));
    for (unsigned result = 0; result < kernel.getNumResults(); ++result)
      e.storeResult(result, indices, 1, Value());
  }
}

GpuProduct GpuMatmulEmitter::emit() {
  const MainLoop &loop = choice.loop;
  GpuProduct product;
  product.loop = elementOf(root) + "_" + loop.name.str();
  addEntry((symbol + "_0").str(), "mdc_matmul_" + product.loop,
           {shape.columns.ceilDiv(loop.columns), shape.rows.ceilDiv(loop.rows),
            shape.batchCount * choice.splits},
           loop.threads, loop.sharedBytes);
  if (choice.splits > 1) {
    constexpr int64_t sumThreads = 256;
    AffineExpr pairs = shape.rows * shape.columns.ceilDiv(2);
    addEntry((symbol + "_1").str(), "mdc_matmul_sum_splits_f32",
             {pairs.ceilDiv(sumThreads), number(1), shape.batchCount}, sumThreads, 0);
    product.loop += " splits " + std::to_string(choice.splits);
    product.scratchBytes.push_back(
        largest(shape.rows * shape.columns * shape.batchCount * choice.splits) *
        int64_t(sizeof(float)));
  }
  addStore("mdc_store1", 1);
  addStore("mdc_store2", 2);
  return product;
}

std::optional<GpuProduct> emitGpuMatmul(ModuleOp module, func::FuncOp kernel, graph::MatmulOp root,
                                        StringRef symbol) {
  GpuMatmulEmitter emitter(module, kernel, root, symbol);
  for (Value result : kernel.front().getTerminator()->getOperands()) {
    auto type = cast<RankedTensorType>(result.getType());
    if (graph::extentsOf(type) != graph::extentsOf(root.getType()))
      return std::nullopt;
  }
  if (!emitter.takes())
    return std::nullopt;
  return emitter.emit();
}

} // namespace mdc::lower
