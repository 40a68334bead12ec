#include "compiler/lower/gpu/GpuAttention.h"

#include "compiler/lower/Roots.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::lower {

namespace {

struct AttentionShape {
  std::string element;
  AttentionLoop loop;
  MatmulShape scores, root;
  BatchLoops batches; // of queries, keys, values
};

// The one product whose elements `value` is made of, one by one, by ops that nothing else reads,
// added to `ops`.
graph::MatmulOp productBehind(Value value, SmallVectorImpl<Operation *> &ops) {
  Operation *op = value.getDefiningOp();
  if (!op || !value.hasOneUse())
    return {};
  if (auto product = dyn_cast<graph::MatmulOp>(op)) {
    ops.push_back(op);
    return product;
  }
  if (!graph::isElementwise(op))
    return {};
  ops.push_back(op);
  graph::Extents extents = graph::extentsOf(cast<RankedTensorType>(value.getType()));
  for (Value operand : op->getOperands()) {
    if (graph::extentsOf(cast<RankedTensorType>(operand.getType())) != extents)
      continue;
    size_t before = ops.size();
    if (graph::MatmulOp product = productBehind(operand, ops))
      return product;
    ops.truncate(before);
  }
  return {};
}

} // namespace

static std::optional<AttentionOps> opsAt(graph::MatmulOp root) {
  AttentionOps found;
  found.root = root;
  Value probabilities = root.getLhs();
  auto cast = probabilities.getDefiningOp<graph::CastOp>();
  if (cast && cast.getResult().hasOneUse()) {
    found.inner.push_back(cast);
    probabilities = cast.getInput();
  }
  found.softmax = probabilities.getDefiningOp<graph::SoftmaxOp>();
  if (!found.softmax || !probabilities.hasOneUse() || found.softmax.getLogarithm() ||
      (int64_t)found.softmax.getAxis() + 1 != found.softmax.getType().getRank())
    return std::nullopt;
  found.inner.push_back(found.softmax);
  found.scores = productBehind(found.softmax.getInput(), found.inner);
  if (!found.scores)
    return std::nullopt;
  for (Value operand : {found.scores.getLhs(), found.scores.getRhs(), root.getRhs()})
    if (operand.getDefiningOp<graph::ConstantOp>())
      return std::nullopt; // may become part of the region
  return found;
}

static std::optional<AttentionShape> shapeOf(const AttentionOps &ops) {
  graph::MatmulOp first = ops.scores, last = ops.root;
  auto elementOf = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getElementType();
  };
  AttentionShape shape{loopElement(first, elementOf(first.getLhs()), elementOf(first.getRhs())),
                       {},
                       matmulShape(first),
                       matmulShape(last),
                       {}};
  if (loopElement(last, elementOf(last.getLhs()), elementOf(last.getRhs())) != shape.element ||
      last.getTransposeLhs() || shape.scores.batch != shape.root.batch ||
      shape.scores.rowAxes != shape.root.rowAxes || shape.scores.columns != shape.root.depth)
    return std::nullopt;
  auto depth = graph::constantOf(shape.scores.depth), width = graph::constantOf(shape.root.columns);
  auto loop =
      depth && width ? attentionLoop(shape.element, std::max(*depth, *width)) : std::nullopt;
  if (!loop)
    return std::nullopt;
  shape.loop = *loop;
  auto function = ops.root->getParentOfType<func::FuncOp>();
  if (graph::largestOf(function, shape.scores.batchCount) > kMostBlocks)
    return std::nullopt;
  auto rows = graph::constantOf(shape.scores.rows);
  if (shape.element == "f32" && rows && *rows <= kMostFewRows)
    return std::nullopt; // most of a tile of 64 rows would be multiplied in vain
  SmallVector<SmallVector<AffineExpr, 3>> strides;
  const MatmulShape &scores = shape.scores, &root = shape.root;
  for (size_t axis = 0; axis < scores.batch.size(); ++axis)
    strides.push_back({scores.lhsBatchStrides[axis],
                       scores.rhsBatchMatrices[axis] * scores.depth * scores.columns,
                       root.rhsBatchMatrices[axis] * root.depth * root.columns});
  auto loops = joinBatches(scores.batch, strides, 3, first.getContext());
  if (!loops)
    return std::nullopt;
  shape.batches = *loops;
  return shape;
}

std::optional<AttentionOps> attentionAt(graph::MatmulOp root) {
  std::optional<AttentionOps> ops = opsAt(root);
  return ops && shapeOf(*ops) ? ops : std::nullopt;
}

// Of queries, keys and values: lines, depth, outer and inner batches. Values' lines are their
// elements.
static std::array<std::array<AffineExpr, 4>, 3> stridesOf(const AttentionShape &shape) {
  const MatmulShape &scores = shape.scores, &root = shape.root;
  auto [queries, keys, values] =
      std::tuple(shape.batches.strides[0], shape.batches.strides[1], shape.batches.strides[2]);
  return {{{scores.lhsRowStride, scores.lhsDepthStride, queries[0], queries[1]},
           {scores.rhsColumnStride, scores.rhsDepthStride, keys[0], keys[1]},
           {root.rhsColumnStride, root.rhsDepthStride, values[0], values[1]}}};
}

// MdcAttention's, from `rows` on.
static SmallVector<AffineExpr> numbersOf(const AttentionShape &shape, MLIRContext *context) {
  const MatmulShape &scores = shape.scores, &root = shape.root;
  SmallVector<AffineExpr> numbers = {scores.rows,  scores.columns,    scores.depth,
                                     root.columns, scores.batchCount, shape.batches.inner};
  for (const auto &each : stridesOf(shape))
    llvm::append_range(numbers, each);
  const std::array lines = {scores.rows, scores.columns, root.columns};
  for (auto [strides, count] : llvm::zip(stridesOf(shape), lines))
    numbers.push_back(
        getAffineConstantExpr(alignmentOf(strides, count, elementBytes(shape.element)), context));
  return numbers;
}

// What the loop of sm_90a reads; none where it does not take the operands.
static SmallVector<TileMap, 2> tileMaps(const AttentionShape &shape, const AttentionLoop &loop,
                                        ArrayRef<int64_t> operands) {
  const MatmulShape &scores = shape.scores, &root = shape.root;
  auto strides = stridesOf(shape);
  const MappedOperand all[] = {
      {unsigned(operands[0]), strides[0], scores.rows, scores.depth, AttentionLoop::rows},
      {unsigned(operands[1]), strides[1], scores.columns, scores.depth,
       AttentionLoop::sm90aColumns},
      {unsigned(operands[2]), strides[2], root.columns, root.depth, loop.width}};
  SmallVector<TileMap, 2> maps;
  for (const MappedOperand &operand : all) {
    auto map = tileMap(shape.element, operand, scores.batchCount, shape.batches.inner);
    if (!map)
      return {};
    maps.push_back(*map);
  }
  return maps;
}

// What softmax reads, as a function of the sum of products.
static void addScore(ModuleOp module, func::FuncOp kernel, const AttentionOps &ops,
                     const AttentionShape &shape) {
  Type index = IndexType::get(module.getContext()), f32 = Float32Type::get(module.getContext());
  func::FuncOp function = addFunction(module, "mdc_score", {index, index, index, f32}, {f32});
  const Machine machine = gpuMachine();
  RegionEmitter e(kernel, function, machine);
  e.newPoint();
  e.define(ops.scores->getResult(0), function.getArgument(3));
  Indices indices = matmulIndices(
      e, shape.scores, {function.getArgument(0), function.getArgument(1), function.getArgument(2)});
  graph::SoftmaxOp softmax = ops.softmax;
  Value score = e.evaluate(softmax.getInput(), indices, 1);
  function.front().getTerminator()->setOperands(score);
}

static void add(func::FuncOp kernel, ModuleOp module, StringRef name, const std::string &family,
                const AttentionLoop &loop, LoopCall call, GpuProduct &product) {
  std::string width = std::to_string(loop.width);
  product.loop += (product.loop.empty() ? "" : ", ") + family + "attention_" + width;
  call.loop = "mdc_attention_" + family + width;
  call.threads = loop.threads;
  call.sharedBytes = loop.sharedBytes;
  addEntry(module, kernel, name, call);
}

static void addEntries(ModuleOp module, func::FuncOp kernel, StringRef symbol,
                       const AttentionShape &shape, LoopCall call, GpuProduct &product) {
  MLIRContext *context = module.getContext();
  call.numbers = numbersOf(shape, context);
  call.blocks = {shape.scores.rows.ceilDiv(AttentionLoop::rows), getAffineConstantExpr(1, context),
                 shape.scores.batchCount};
  std::string generic = (symbol + "_0").str(), own = (symbol + "_1").str();
  add(kernel, module, generic, shape.element + "_", shape.loop, call, product);
  int64_t elements = std::max(graph::largestOf(kernel, shape.scores.depth),
                              graph::largestOf(kernel, shape.root.columns));
  auto loop =
      sm90aAttentionLoop(shape.element, graph::largestOf(kernel, shape.scores.rows), elements);
  auto maps = loop ? tileMaps(shape, *loop, call.operands) : SmallVector<TileMap, 2>();
  if (maps.empty())
    return;
  call.mapped = {0, 1, 2};
  add(kernel, module, own, "sm90a_" + shape.element + "_", *loop, call, product);
  product.entries[generic].home = MDC_CUDA_GENERIC;
  product.entries[own] = {MDC_CUDA_SPECIFIC, maps};
}

std::optional<GpuProduct> emitGpuAttention(ModuleOp module, func::FuncOp kernel, StringRef symbol) {
  std::optional<AttentionOps> ops;
  kernel.walk([&](graph::MatmulOp root) {
    if (!ops)
      ops = attentionAt(root);
  });
  std::optional<AttentionShape> shape = ops ? shapeOf(*ops) : std::nullopt;
  if (!shape || !endsAt(kernel, ops->root->getResult(0)))
    return std::nullopt;
  LoopCall call;
  for (Value operand : {ops->scores.getLhs(), ops->scores.getRhs(), ops->root.getRhs()}) {
    auto argument = dyn_cast<BlockArgument>(operand);
    if (!argument)
      return std::nullopt;
    call.operands.push_back(argument.getArgNumber());
  }
  GpuProduct product;
  addEntries(module, kernel, symbol, *shape, call, product);
  addStores(
      module, kernel, Float32Type::get(kernel.getContext()),
      [&](RegionEmitter &e, Value batch, Value row, Value column, Value sum) {
        storeProduct(e, ops->root, shape->root, {batch, row, column}, sum);
      },
      /*pairs=*/storesPairs(kernel));
  addScore(module, kernel, *ops, *shape);
  return product;
}

} // namespace mdc::lower
