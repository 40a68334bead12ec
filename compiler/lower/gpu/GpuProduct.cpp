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

func::FuncOp addFunction(ModuleOp module, StringRef name, ArrayRef<Type> types) {
  OpBuilder builder(module.getContext());
  builder.setInsertionPointToEnd(module.getBody());
  return func::FuncOp::create(builder, module.getLoc(), name, builder.getFunctionType(types, {}));
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

// Of every row, in bytes; operands start at multiples of more than 16.
int64_t ProductEmitter::alignmentOf(ArrayRef<AffineExpr> strides) const {
  int64_t width = elementBytes(shape.element);
  for (int64_t bytes = 16; bytes > width; bytes /= 2)
    if (llvm::all_of(strides, [&](AffineExpr stride) {
          return graph::constantOf(stride) == 1 || stride.isMultipleOf(bytes / width);
        }))
      return bytes;
  return width;
}

// MdcMatmul's, from `rows` on.
SmallVector<AffineExpr> ProductEmitter::numbers() const {
  SmallVector<AffineExpr> all = {shape.rows, shape.columns, shape.depth, shape.batches,
                                 shape.innerBatches};
  llvm::append_range(all, shape.leftStrides);
  llvm::append_range(all, shape.rightStrides);
  for (int64_t number :
       {alignmentOf(shape.leftStrides), alignmentOf(shape.rightStrides), choice.splits})
    all.push_back(getAffineConstantExpr(number, context));
  return all;
}

void ProductEmitter::addEntry(const std::string &name, const std::string &loop,
                              ArrayRef<AffineExpr> blocks, int64_t threads, int64_t sharedBytes,
                              IntegerAttr partials) {
  func::FuncOp entry = addFunction(module, name);
  Builder b(context);
  entry->setAttr(kernel::kBlocksAttr, AffineMapAttr::get(graph::extentMap(blocks, context)));
  entry->setAttr(kernel::kThreadsAttr, b.getI64IntegerAttr(threads));
  entry->setAttr(kernel::kSharedBytesAttr, b.getI64IntegerAttr(sharedBytes));
  RegionEmitter e(kernel, entry, machine);
  SmallVector<Value> values;
  for (AffineExpr expr : numbers())
    values.push_back(e.extent(expr));
  kernel::MainLoopOp::create(e.builder, e.loc(), b.getStringAttr(loop),
                             b.getI64IntegerAttr(shape.left), b.getI64IntegerAttr(shape.right),
                             partials, values);
}

void ProductEmitter::addEntries(StringRef symbol, unsigned first, GpuProduct &product) {
  const MainLoop &loop = choice.loop;
  const std::string name = shape.element + "_" + loop.name.str();
  auto nameOf = [&](unsigned entry) { return (symbol + "_" + Twine(first + entry)).str(); };
  product.loop = name;
  IntegerAttr partials;
  if (choice.splits > 1) {
    product.loop += " splits " + std::to_string(choice.splits);
    unsigned buffer =
        kernel.getNumArguments() + kernel.getNumResults() + product.scratchBytes.size();
    partials = Builder(context).getI64IntegerAttr(buffer);
    AffineExpr sums = shape.rows * shape.columns * shape.batches * choice.splits;
    product.scratchBytes.push_back(largestOf(kernel, sums) * int64_t(sizeof(float)));
  }
  addEntry(nameOf(0), "mdc_matmul_" + name,
           {shape.columns.ceilDiv(loop.columns), shape.rows.ceilDiv(loop.rows),
            shape.batches * choice.splits},
           loop.threads, loop.sharedBytes, partials);
  if (choice.splits == 1)
    return;
  constexpr int64_t sumThreads = 256;
  AffineExpr pairs = shape.rows * shape.columns.ceilDiv(2), one = getAffineConstantExpr(1, context);
  std::string sum = sumsIntegers(shape) ? "mdc_matmul_sum_splits_i32" : "mdc_matmul_sum_splits_f32";
  addEntry(nameOf(1), sum, {pairs.ceilDiv(sumThreads), one, shape.batches}, sumThreads, 0,
           partials);
}

// A main loop calls them with one sum, and with two of neighbouring columns.
void ProductEmitter::addStores(StoreSum store) {
  Type index = IndexType::get(context);
  for (int64_t count : {1, 2}) {
    SmallVector<Type> types = {index, index, index};
    types.append(count, sumsIntegers(shape) ? Type(IntegerType::get(context, 32))
                                            : Type(Float32Type::get(context)));
    std::string name = "mdc_store" + std::to_string(count) + (sumsIntegers(shape) ? "_i32" : "");
    func::FuncOp function = addFunction(module, name, types);
    RegionEmitter e(kernel, function, machine);
    for (int64_t number = 0; number < count; ++number) {
      e.newPoint();
      store(e, function.getArgument(0), function.getArgument(1),
            e.addConstant(function.getArgument(2), number), function.getArgument(3 + number));
    }
  }
}

} // namespace mdc::lower
