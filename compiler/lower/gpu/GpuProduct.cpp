#include "compiler/lower/gpu/GpuProduct.h"

#include "compiler/lower/Roots.h"
#include "dialects/graph/Shape.h"
#include "dialects/kernel/Kernel.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

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

Type sumType(StringRef element, MLIRContext *context) {
  return elementBytes(element) == 1 ? Type(IntegerType::get(context, 32))
                                    : Type(Float32Type::get(context));
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

int64_t alignmentOf(const std::array<AffineExpr, 4> &strides, AffineExpr lines,
                    int64_t elementBytes) {
  const size_t along = graph::constantOf(strides[1]) == 1 ? 1 : 0; // as loops do
  auto starts = [&](size_t axis, int64_t multiple) {
    bool passed = axis == along || (axis == 0 && graph::constantOf(lines) == 1);
    return passed || strides[axis].isMultipleOf(multiple);
  };
  for (int64_t bytes = 16; bytes > elementBytes; bytes /= 2)
    if (llvm::all_of(llvm::seq<size_t>(0, strides.size()),
                     [&](size_t axis) { return starts(axis, bytes / elementBytes); }))
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
  kernel::MainLoopOp::create(e.builder, e.loc(), call.loop, call.operands, call.mapped, values);
}

// A main loop calls them with one sum, and with two of neighbouring columns.
void addStores(ModuleOp module, func::FuncOp kernel, Type sum, StoreSum store, bool pairs) {
  const Machine machine = gpuMachine();
  Type index = IndexType::get(module.getContext());
  for (int64_t count : {1, 2}) {
    SmallVector<Type> types = {index, index, index};
    types.append(count, sum);
    std::string name = "mdc_store" + std::to_string(count) + (sum.isInteger() ? "_i32" : "");
    func::FuncOp function = addFunction(module, name, types);
    RegionEmitter e(kernel, function, machine);
    if (pairs && count == 2) {
      Value both = vector::FromElementsOp::create(e.builder, e.loc(), VectorType::get({count}, sum),
                                                  function.getArguments().drop_front(3));
      store(e, function.getArgument(0), function.getArgument(1), function.getArgument(2), both);
      continue;
    }
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

Indices matmulIndices(RegionEmitter &e, const MatmulShape &shape, const ProductIndex &at) {
  Indices indices;
  addCoordinates(e, at.batch, shape.batch, indices);
  addCoordinates(e, at.row, shape.rowAxes, indices);
  indices.push_back({at.column, 0});
  return indices;
}

void storeProduct(RegionEmitter &e, graph::MatmulOp root, const MatmulShape &shape,
                  const ProductIndex &at, Value sum) {
  Indices indices = matmulIndices(e, shape, at);
  bool pair = isa<VectorType>(sum.getType());
  indices.back().stride = pair ? 1 : 0;
  e.define(root.getResult(), sum);
  for (unsigned result = 0; result < e.source.getNumResults(); ++result)
    storeMoved(e, result, indices, pair ? 2 : 1, Value());
}

ProductEmitter::ProductEmitter(ModuleOp module, func::FuncOp kernel, ProductShape shape)
    : module(module), kernel(kernel), shape(std::move(shape)), context(module.getContext()) {}

ProductExtents ProductEmitter::largestExtents() const {
  return {graph::largestOf(kernel, shape.rows), graph::largestOf(kernel, shape.columns),
          graph::largestOf(kernel, shape.depth), graph::largestOf(kernel, shape.batches)};
}

std::optional<TileMap> tileMap(StringRef element, const MappedOperand &operand, AffineExpr batches,
                               AffineExpr innerBatches) {
  constexpr int64_t vectorBytes = 16, boxBytes = 128, boxLines = 64;
  int64_t bytes = elementBytes(element);
  const auto &strides = operand.strides;
  bool across = bytes == 2 && graph::constantOf(strides[0]) == 1;
  std::array<unsigned, 2> axes = across ? std::array{0u, 1u} : std::array{1u, 0u};
  if (graph::constantOf(strides[axes[0]]) != 1 || graph::constantOf(strides[axes[1]]) == 0)
    return std::nullopt;
  AffineExpr one = getAffineConstantExpr(1, batches.getContext()), pitch = strides[axes[1]];
  std::array<AffineExpr, 2> extents = {operand.lines, operand.depth};
  TileMap map;
  map.operand = operand.number;
  map.type = bytes == 1 ? MDC_U8 : element == "f16" ? MDC_F16 : MDC_BF16;
  map.box = {uint32_t(boxBytes / bytes), uint32_t(across ? boxLines : operand.tileLines)};
  map.extents = {extents[axes[0]], extents[axes[1]], innerBatches, batches.floorDiv(innerBatches)};
  map.strides = {pitch, strides[3], strides[2]};
  // Batches that share the operand see one entry.
  for (unsigned batch : {1u, 2u})
    if (graph::constantOf(map.strides[batch]) == 0) {
      map.strides[batch] = pitch;
      map.extents[batch + 1] = one;
    }
  for (AffineExpr stride : map.strides)
    if (!stride.isMultipleOf(vectorBytes / bytes))
      return std::nullopt;
  return map;
}

// Windows are no matrix, and are copied by other means.
std::optional<SmallVector<TileMap, 2>> ProductEmitter::tileMaps(const MainLoop &loop) const {
  SmallVector<MappedOperand, 2> operands;
  if (kind() == LoopKind::Matmul)
    operands.push_back({shape.left, shape.leftStrides, shape.rows, shape.depth, loop.rows});
  operands.push_back({shape.right, shape.rightStrides, shape.columns, shape.depth, loop.columns});
  SmallVector<TileMap, 2> maps;
  for (const MappedOperand &operand : operands) {
    auto map = tileMap(shape.element, operand, shape.batches, shape.innerBatches);
    if (!map)
      return std::nullopt;
    maps.push_back(*map);
  }
  return maps;
}

bool ProductEmitter::takes() {
  ProductExtents most = largestExtents();
  if (most.rows * most.columns * most.depth * most.batches == 0)
    return false;
  auto generic = chooseLoop(kind(), shape.element, most);
  if (!generic)
    return false;
  ways.push_back({*generic, "", {}});
  auto own = chooseSm90aLoop(kind(), shape.element, most);
  auto maps = own ? tileMaps(own->loop) : std::nullopt;
  if (maps) {
    ways.front().facts.home = MDC_CUDA_GENERIC;
    ways.push_back({*own, "sm90a_", {MDC_CUDA_SPECIFIC, std::move(*maps)}});
  }
  return true;
}

// MdcMatmul's, from `rows` on.
SmallVector<AffineExpr> ProductEmitter::numbers(int64_t splits) const {
  SmallVector<AffineExpr> all = {shape.rows, shape.columns, shape.depth, shape.batches,
                                 shape.innerBatches};
  llvm::append_range(all, shape.leftStrides);
  llvm::append_range(all, shape.rightStrides);
  const int64_t bytes = elementBytes(shape.element);
  for (int64_t number : {alignmentOf(shape.leftStrides, shape.rows, bytes),
                         alignmentOf(shape.rightStrides, shape.columns, bytes), splits})
    all.push_back(getAffineConstantExpr(number, context));
  return all;
}

// A buffer behind the others, for whichever way needs the most; -1 where none shares its depth.
int64_t ProductEmitter::partialSumsBuffer(GpuProduct &product) {
  int64_t most = 1;
  for (const Entries &entries : ways)
    most = std::max(most, entries.choice.splits);
  if (most == 1)
    return -1;
  AffineExpr sums = shape.rows * shape.columns * shape.batches * most;
  product.scratchBytes.push_back(graph::largestOf(kernel, sums) * int64_t(sizeof(float)));
  return kernel.getNumArguments() + kernel.getNumResults() + product.scratchBytes.size() - 1;
}

void ProductEmitter::add(const Entries &entries, StringRef symbol, unsigned &next,
                         GpuProduct &product) {
  const MainLoop &loop = entries.choice.loop;
  const int64_t splits = entries.choice.splits;
  auto addNext = [&](const LoopCall &call) {
    const std::string name = (symbol + "_" + Twine(next++)).str();
    addEntry(module, kernel, name, call);
    product.entries[name].home = entries.facts.home;
    if (!call.mapped.empty())
      product.entries[name].maps = entries.facts.maps;
  };
  const bool ofWindows = kind() == LoopKind::Conv;
  const std::string name = (entries.family + shape.element + "_" + loop.name).str();
  product.loop += (product.loop.empty() ? "" : ", ") + std::string(ofWindows ? "conv_" : "") + name;
  if (splits > 1)
    product.loop += " splits " + std::to_string(splits);
  LoopCall call{(ofWindows ? "mdc_conv_" : "mdc_matmul_") + name,
                {shape.left, shape.right, splits > 1 ? partialSums : -1}};
  if (!entries.facts.maps.empty())
    call.mapped = ofWindows ? SmallVector<int64_t, 2>{1} : SmallVector<int64_t, 2>{0, 1};
  call.numbers = numbers(splits);
  if (ofWindows) {
    call.numbers = shape.windows;
    call.numbers.push_back(getAffineConstantExpr(splits, context));
  }
  call.blocks = {shape.columns.ceilDiv(loop.columns), shape.rows.ceilDiv(loop.rows),
                 shape.batches * splits};
  call.threads = loop.threads;
  call.sharedBytes = loop.sharedBytes;
  addNext(call);
  if (splits == 1)
    return;
  constexpr int64_t sumThreads = 256;
  AffineExpr pairs = shape.rows * shape.columns.ceilDiv(2), one = getAffineConstantExpr(1, context);
  bool integers = sumType(shape.element, context).isInteger();
  call.loop = integers ? "mdc_matmul_sum_splits_i32" : "mdc_matmul_sum_splits_f32";
  call.mapped = {};
  call.numbers = numbers(splits);
  call.blocks = {pairs.ceilDiv(sumThreads), one, shape.batches};
  call.threads = sumThreads;
  call.sharedBytes = 0;
  addNext(call);
}

void ProductEmitter::addEntries(StringRef symbol, unsigned first, GpuProduct &product) {
  partialSums = partialSumsBuffer(product);
  unsigned next = first;
  for (const Entries &entries : ways)
    add(entries, symbol, next, product);
}

void ProductEmitter::addStores(StoreSum store, bool pairs) {
  lower::addStores(module, kernel, sumType(shape.element, context), store, pairs);
}

} // namespace mdc::lower
