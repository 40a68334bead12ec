#include "compiler/lower/gpu/GpuProduct.h"

#include "dialects/graph/Shape.h"
#include "dialects/kernel/Kernel.h"

using namespace mlir;

namespace mdc::lower {

// Blocks along y and z, at most.
static constexpr int64_t kMostBlocks = 65535;

std::string loopElement(Operation *product, Type left, Type right) {
  if (left.isUnsignedInteger(8) && right.isSignlessInteger(8))
    return "u8s8";
  if (left.isSignlessInteger(8) && right.isUnsignedInteger(8))
    return "s8u8";
  if (left != right)
    return "";
  if (left.isF32())
    return product->hasAttr(kTf32Attr) ? "tf32" : "f32";
  return left.isF16() ? "f16" : left.isBF16() ? "bf16" : "";
}

// Sums of bytes are i32, all others f32.
static bool sumsIntegers(const ProductShape &shape) { return elementBytes(shape.element) == 1; }

int64_t largestOf(func::FuncOp kernel, AffineExpr expr) {
  SmallVector<int64_t> most;
  if (auto max = kernel->getAttrOfType<DenseI64ArrayAttr>("graph.max"))
    most.assign(max.asArrayRef().begin(), max.asArrayRef().end());
  return graph::evaluate(expr, most);
}

bool resultsFollow(func::FuncOp kernel, Value root) {
  graph::Extents wanted = graph::extentsOf(cast<RankedTensorType>(root.getType()));
  return llvm::all_of(kernel.getResultTypes(), [&](Type type) {
    return graph::extentsOf(cast<RankedTensorType>(type)) == wanted;
  });
}

func::FuncOp addFunction(ModuleOp module, StringRef name, ArrayRef<Type> types,
                         ArrayRef<Type> results) {
  OpBuilder builder(module.getContext());
  builder.setInsertionPointToEnd(module.getBody());
  return func::FuncOp::create(builder, module.getLoc(), name,
                              builder.getFunctionType(types, results));
}

std::optional<BatchLoops> joinBatches(ArrayRef<AffineExpr> extents,
                                      ArrayRef<SmallVector<AffineExpr, 3>> strides, size_t operands,
                                      MLIRContext *context) {
  SmallVector<AffineExpr> loops;                  // extents
  SmallVector<SmallVector<AffineExpr, 3>> joined; // strides
  for (auto [extent, next] : llvm::zip(extents, strides)) {
    if (graph::constantOf(extent) == 1)
      continue;
    bool joins = !loops.empty();
    for (size_t operand = 0; joins && operand < operands; ++operand)
      joins = joined.back()[operand] == next[operand] * extent;
    if (joins) {
      loops.back() = loops.back() * extent;
      joined.back() = next;
    } else {
      loops.push_back(extent);
      joined.push_back(next);
    }
  }
  if (loops.size() > 2)
    return std::nullopt;
  BatchLoops result{loops.empty() ? getAffineConstantExpr(1, context) : loops.back(), {}};
  AffineExpr none = getAffineConstantExpr(0, context);
  for (size_t operand = 0; operand < operands; ++operand)
    result.strides.push_back({loops.size() < 2 ? none : joined.front()[operand],
                              loops.empty() ? none : joined.back()[operand]});
  return result;
}

int64_t alignmentOf(ArrayRef<AffineExpr> strides, int64_t elementBytes) {
  for (int64_t bytes = 16; bytes > elementBytes; bytes /= 2)
    if (llvm::all_of(strides, [&](AffineExpr stride) {
          return graph::constantOf(stride) == 1 || stride.isMultipleOf(bytes / elementBytes);
        }))
      return bytes;
  return elementBytes;
}

void addEntry(ModuleOp module, func::FuncOp kernel, StringRef name, const LoopCall &call) {
  func::FuncOp entry = addFunction(module, name);
  Builder b(module.getContext());
  entry->setAttr(kernel::kBlocksAttr,
                 AffineMapAttr::get(graph::extentMap(call.blocks, module.getContext())));
  entry->setAttr(kernel::kThreadsAttr, b.getI64IntegerAttr(call.threads));
  entry->setAttr(kernel::kSharedBytesAttr, b.getI64IntegerAttr(call.sharedBytes));
  const Machine machine = gpuMachine();
  RegionEmitter e(kernel, entry, machine);
  SmallVector<Value> values;
  for (AffineExpr expr : call.numbers)
    values.push_back(e.extent(expr));
  kernel::MainLoopOp::create(e.builder, e.loc(), b.getStringAttr(call.loop),
                             b.getDenseI64ArrayAttr(call.operands), values);
}

// A main loop calls them with one sum, and with two of neighbouring columns.
void addStores(ModuleOp module, func::FuncOp kernel, Type sum, StoreSum store) {
  const Machine machine = gpuMachine();
  Type index = IndexType::get(module.getContext());
  for (int64_t count : {1, 2}) {
    SmallVector<Type> types = {index, index, index};
    types.append(count, sum);
    std::string name = "mdc_store" + std::to_string(count) + (sum.isInteger() ? "_i32" : "");
    func::FuncOp function = addFunction(module, name, types);
    RegionEmitter e(kernel, function, machine);
    for (int64_t number = 0; number < count; ++number) {
      e.newPoint();
      store(e, function.getArgument(0), function.getArgument(1),
            e.addConstant(function.getArgument(2), number), function.getArgument(3 + number));
    }
  }
}

static void addCoordinates(RegionEmitter &e, Value number, const graph::Extents &axes,
                           Indices &indices) {
  SmallVector<Value> extents;
  for (AffineExpr extent : axes)
    extents.push_back(e.extent(extent));
  for (Value coordinate : e.unflatten(number, extents))
    indices.push_back({coordinate, 0});
}

Indices matmulIndices(RegionEmitter &e, const MatmulShape &shape, Value batch, Value row,
                      Value column) {
  Indices indices;
  addCoordinates(e, batch, shape.batch, indices);
  addCoordinates(e, row, shape.rowAxes, indices);
  indices.push_back({column, 0});
  return indices;
}

ProductEmitter::ProductEmitter(ModuleOp module, func::FuncOp kernel, ProductShape shape)
    : module(module), kernel(kernel), shape(std::move(shape)), context(module.getContext()) {}

bool ProductEmitter::takes() {
  int64_t rows = largestOf(kernel, shape.rows), columns = largestOf(kernel, shape.columns);
  int64_t depth = largestOf(kernel, shape.depth), batches = largestOf(kernel, shape.batches);
  if (rows * columns * depth * batches == 0)
    return false;
  choice = chooseLoop(shape.element, rows, columns, depth, batches);
  return llvm::divideCeil(rows, choice.loop.rows) <= kMostBlocks &&
         batches * choice.splits <= kMostBlocks;
}

// MdcMatmul's, from `rows` on.
SmallVector<AffineExpr> ProductEmitter::numbers() const {
  SmallVector<AffineExpr> all = {shape.rows, shape.columns, shape.depth, shape.batches,
                                 shape.innerBatches};
  llvm::append_range(all, shape.leftStrides);
  llvm::append_range(all, shape.rightStrides);
  for (int64_t number :
       {alignmentOf(shape.leftStrides, elementBytes(shape.element)),
        alignmentOf(shape.rightStrides, elementBytes(shape.element)), choice.splits})
    all.push_back(getAffineConstantExpr(number, context));
  return all;
}

void ProductEmitter::addEntries(StringRef symbol, unsigned first, GpuProduct &product) {
  const MainLoop &loop = choice.loop;
  const std::string name = shape.element + "_" + loop.name.str();
  auto nameOf = [&](unsigned entry) { return (symbol + "_" + Twine(first + entry)).str(); };
  product.loop = name;
  LoopCall call{"mdc_matmul_" + name, {shape.left, shape.right, -1}, numbers(), {}, 0, 0};
  if (choice.splits > 1) {
    product.loop += " splits " + std::to_string(choice.splits);
    call.operands[2] =
        kernel.getNumArguments() + kernel.getNumResults() + product.scratchBytes.size();
    AffineExpr sums = shape.rows * shape.columns * shape.batches * choice.splits;
    product.scratchBytes.push_back(largestOf(kernel, sums) * int64_t(sizeof(float)));
  }
  call.blocks = {shape.columns.ceilDiv(loop.columns), shape.rows.ceilDiv(loop.rows),
                 shape.batches * choice.splits};
  call.threads = loop.threads;
  call.sharedBytes = loop.sharedBytes;
  addEntry(module, kernel, nameOf(0), call);
  if (choice.splits == 1)
    return;
  constexpr int64_t sumThreads = 256;
  AffineExpr pairs = shape.rows * shape.columns.ceilDiv(2), one = getAffineConstantExpr(1, context);
  call.loop = sumsIntegers(shape) ? "mdc_matmul_sum_splits_i32" : "mdc_matmul_sum_splits_f32";
  call.blocks = {pairs.ceilDiv(sumThreads), one, shape.batches};
  call.threads = sumThreads;
  call.sharedBytes = 0;
  addEntry(module, kernel, nameOf(1), call);
}

void ProductEmitter::addStores(StoreSum store) {
  Type sum =
      sumsIntegers(shape) ? Type(IntegerType::get(context, 32)) : Type(Float32Type::get(context));
  lower::addStores(module, kernel, sum, store);
}

} // namespace mdc::lower
