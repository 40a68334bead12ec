#include "compiler/lower/Passes.h"
#include "compiler/lower/Roots.h"
#include "compiler/lower/gpu/GpuAttention.h"
#include "compiler/lower/gpu/GpuConvShape.h"

#include "dialects/graph/Shape.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_FUSE
#include "compiler/lower/Passes.h.inc"

namespace {

// Ops that only choose which element to read: they disappear into the index arithmetic of a
// consumer.
bool isMove(Operation *op) {
  return isa<graph::TransposeOp, graph::BroadcastOp, graph::SliceOp, graph::PadOp, graph::GatherOp,
             graph::GatherElementsOp, graph::GatherNdOp, graph::ResizeOp>(op);
}

bool isSource(Operation *op) { return isa<graph::ExtentsOp, graph::IotaOp>(op); }

bool isSplat(graph::ConstantOp constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  return dense && dense.isSplat();
}

// Functions that cost more than writing and reading a value.
bool isExpensive(Operation *op) {
  auto unary = dyn_cast<graph::UnaryOp>(op);
  if (!unary)
    return isa<graph::GatherElementsOp, graph::GatherNdOp, graph::ResizeOp>(op);
  using K = graph::UnaryKind;
  return !llvm::is_contained({K::Abs, K::Neg, K::Relu, K::Not, K::Sign, K::BitNot, K::IsNan,
                              K::IsInf, K::Floor, K::Ceil, K::Round},
                             unary.getKind());
}

// Bytes made f32 by a scale and a zero point: cheaper to compute for each window that reads them
// than to write and read in four times the size.
bool isDequantized(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto cast = dyn_cast_or_null<graph::CastOp>(op)) {
    Type from = cast.getInput().getType().getElementType();
    return from.isInteger() && from.getIntOrFloatBitWidth() == 8;
  }
  auto binary = dyn_cast_or_null<graph::BinaryOp>(op);
  if (!binary)
    return false;
  using K = graph::BinaryKind;
  auto by = binary.getRhs().getDefiningOp<graph::ConstantOp>();
  return llvm::is_contained({K::Add, K::Sub, K::Mul}, binary.getKind()) && by && isSplat(by) &&
         isDequantized(binary.getLhs());
}

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

// The ops of one region; the last in program order yields its result.
struct Group {
  llvm::SetVector<Operation *> ops;
  Operation *root = nullptr;
};

// Whether an op of the group has readers that are none.
bool isReadOutside(const Group &group, Operation *op) {
  return llvm::any_of(op->getUsers(), [&](Operation *user) { return !group.ops.contains(user); });
}

// The last op whose results others read; null if nobody does.
Operation *producerOf(const Group &group) {
  auto readOutside = [&](Operation *op) { return isReadOutside(group, op); };
  auto found = llvm::find_if(llvm::reverse(group.ops), readOutside);
  return found == group.ops.rend() ? nullptr : *found;
}

class Grouping {
public:
  Grouping(func::FuncOp function, bool single, bool gpu)
      : body_(function.front()), single_(single), gpu_(gpu && !single) {
    int64_t number = 0;
    for (Operation &op : body_)
      order_[&op] = number++;
  }

  std::vector<Group> run() {
    for (Operation &op : body_)
      if (auto root = dyn_cast<graph::MatmulOp>(op))
        startAttention(root);
    for (Operation &op : body_)
      if (isRoot(&op) && !owner_.contains(&op))
        addEpilogue(start(&op, &op));
    for (size_t group = 0; group < groups_.size(); ++group)
      addProducers(group);
    // What is left starts at the last reader, so that chains end up in one region.
    for (Operation &op : llvm::reverse(body_)) {
      bool mine = graph::isElementwise(&op) || isMove(&op) || isSource(&op);
      if (!mine || owner_.contains(&op) || (isSource(&op) && readOnlyByRegions(&op)))
        continue;
      addProducers(start(&op, nullptr));
    }
    for (Group &group : groups_)
      sortByOrder(group);
    return std::move(groups_);
  }

private:
  void sortByOrder(Group &group) {
    SmallVector<Operation *> ops = llvm::to_vector(group.ops);
    llvm::sort(ops, [&](Operation *a, Operation *b) { return order_[a] < order_[b]; });
    group.ops = llvm::SetVector<Operation *>(ops.begin(), ops.end());
  }

  size_t start(Operation *op, Operation *root) {
    groups_.emplace_back();
    groups_.back().root = root;
    add(groups_.size() - 1, op);
    return groups_.size() - 1;
  }

  // Both products of attention are one region, with what lies between them.
  void startAttention(graph::MatmulOp root) {
    auto attention = gpu_ ? attentionAt(root) : std::nullopt;
    if (!attention || llvm::any_of(attention->inner, [&](Operation *op) {
          return owner_.contains(op) || op->getBlock() != &body_;
        }))
      return;
    size_t number = start(root, root);
    for (Operation *op : attention->inner)
      add(number, op);
    addEpilogue(number);
  }

  void add(size_t group, Operation *op) {
    groups_[group].ops.insert(op);
    owner_[op] = group;
  }

  // A source is cloned into each region that reads it; it needs one of its own only for other
  // readers.
  bool readOnlyByRegions(Operation *op) {
    return llvm::all_of(op->getUsers(), [](Operation *user) {
      return !isa<func::ReturnOp, graph::ReshapeOp>(user) &&
             !isa<graph::MatmulOp, graph::ConvOp>(user);
    });
  }

  // Values of the group that others read.
  static int64_t escapes(const Group &group) {
    return llvm::count_if(group.ops, [&](Operation *op) { return isReadOutside(group, op); });
  }

  // Roots that write their results themselves.
  static bool hasEpilogue(Operation *root) {
    return !isa<graph::ConcatOp, graph::QuantizeRowsOp>(root);
  }

  // Grows the group by elementwise readers of the root's shape, as long as one value leaves it in
  // the end.
  void addEpilogue(size_t number) {
    if (single_ || !hasEpilogue(groups_[number].root))
      return;
    Group group = groups_[number], best = group;
    Operation *root = group.root;
    Type shape =
        graph::withElement(typeOf(root->getResult(0)), IntegerType::get(root->getContext(), 1));
    llvm::DenseSet<Operation *> tainted; // depends on the group through ops outside
    for (Operation *op = root->getNextNode(); op && !isa<func::ReturnOp>(op);
         op = op->getNextNode()) {
      bool fromGroup = false, fromTainted = false;
      for (Value operand : op->getOperands()) {
        Operation *definer = operand.getDefiningOp();
        fromGroup |= definer && group.ops.contains(definer);
        fromTainted |= definer && tainted.contains(definer);
      }
      if (!fromGroup && !fromTainted)
        continue;
      bool fits = fromGroup && !fromTainted && graph::isElementwise(op) && !owner_.contains(op) &&
                  graph::withElement(typeOf(op->getResult(0)),
                                     IntegerType::get(op->getContext(), 1)) == shape;
      if (!fits) {
        tainted.insert(op);
        continue;
      }
      group.ops.insert(op);
      if (escapes(group) == 1 && !readByTainted(group, tainted) && !readersDequantize(op))
        best = group;
      if (group.ops.size() > kMaxOps)
        break;
    }
    groups_[number] = best;
    for (Operation *op : best.ops)
      owner_[op] = number;
    if (gpu_ && !addRounded(number))
      addMoves(number);
  }

  // A region of a GPU stores a value that products read rounded, and others as it is, in both
  // types.
  bool addRounded(size_t number) {
    Operation *end = producerOf(groups_[number]);
    if (!end || !isa<graph::MatmulOp, graph::ConvOp, graph::NormOp>(groups_[number].root))
      return false;
    Operation *rounded = nullptr;
    for (Operation *user : end->getUsers())
      if (isa<graph::CastOp>(user) && !owner_.contains(user) &&
          isa<Float16Type, BFloat16Type>(typeOf(user->getResult(0)).getElementType()))
        rounded = user;
    if (!rounded || end->hasOneUse() || llvm::any_of(end->getUsers(), [&](Operation *user) {
          return !groups_[number].ops.contains(user) && order_[user] < order_[rounded];
        }))
      return false;
    add(number, rounded);
    return true;
  }

  // A GPU's product stores its elements to where moves that nothing else reads take them.
  // Neighbours along the last axis stay some.
  void addMoves(size_t number) {
    Operation *end = producerOf(groups_[number]);
    if (!end || !isa<graph::MatmulOp>(groups_[number].root))
      return;
    SmallVector<Operation *> moves, found;
    for (Value value = end->getResult(0); value.hasOneUse(); value = moves.back()->getResult(0)) {
      Operation *op = *value.getUsers().begin();
      auto transpose = dyn_cast<graph::TransposeOp>(op);
      bool keepsLast =
          transpose && transpose.getPermutation().back() + 1 == transpose.getType().getRank();
      if (owner_.contains(op) || !(keepsLast || isa<graph::ReshapeOp, graph::CastOp>(op)))
        break;
      moves.push_back(op);
      if (!isa<graph::ReshapeOp>(op)) // one in the end costs nothing
        found = moves;
    }
    for (Operation *op : found)
      add(number, op);
  }

  // Whether each reader makes floats of the bytes behind this value itself, so that bytes are
  // stored. Kernels take their operands from memory.
  static bool readersDequantize(Operation *op) {
    return isDequantized(op->getResult(0)) && llvm::none_of(op->getUsers(), [](Operation *user) {
             return isa<graph::MatmulOp, graph::ConvOp, graph::ReshapeOp, func::ReturnOp>(user);
           });
  }

  // The region stands where its last op stood: nothing before that may read it.
  bool readByTainted(const Group &group, const llvm::DenseSet<Operation *> &tainted) {
    Operation *last = *llvm::max_element(
        group.ops, [&](Operation *a, Operation *b) { return order_[a] < order_[b]; });
    return llvm::any_of(group.ops, [&](Operation *op) {
      return llvm::any_of(op->getUsers(), [&](Operation *user) {
        return tainted.contains(user) && order_[user] < order_[last];
      });
    });
  }

  static int64_t elements(Value value) {
    auto count =
        graph::constantOf(graph::elementCount(graph::extentsOf(typeOf(value)), value.getContext()));
    return count.value_or(INT64_MAX);
  }

  // Whether the value is repeated along an axis of the product's result.
  static bool isRepeated(Value value, Operation *product) {
    graph::Extents extents = graph::extentsOf(typeOf(value)),
                   result = graph::extentsOf(typeOf(product->getResult(0)));
    size_t missing = result.size() - std::min(extents.size(), result.size());
    for (size_t axis = 0; axis < result.size(); ++axis)
      if (graph::constantOf(result[axis]) != 1 &&
          (axis < missing || graph::constantOf(extents[axis - missing]) == 1))
        return true;
    return false;
  }

  // Integers that an epilogue takes off exact sums, as a row's zero point times the sums of the
  // weights: computed anew for each element, they are never written in the result's size.
  static bool isCorrection(Operation *producer, Operation *product) {
    Value value = producer->getResult(0);
    return graph::isElementwise(producer) && typeOf(value).getElementType().isSignlessInteger(32) &&
           !llvm::is_contained(product->getOperands(), value) &&
           llvm::all_of(producer->getOperands(), [&](Value operand) {
             return operand.getDefiningOp<graph::ConstantOp>() || isRepeated(operand, product);
           });
  }

  // Numbers rounded for a convolution on a GPU that writes its windows side by side anyway.
  static bool isRoundedInput(Operation *producer, Operation *root) {
    auto cast = dyn_cast<graph::CastOp>(producer);
    auto conv = dyn_cast<graph::ConvOp>(root);
    if (!cast || !conv || conv.getInput() != cast.getResult() ||
        gpuConvShape(conv, conv.getWeight().getDefiningOp<graph::ConstantOp>() != nullptr))
      return false;
    return cast.getInput().getType().getElementType().isF32() &&
           isa<Float16Type, BFloat16Type>(cast.getType().getElementType());
  }

  bool mayAbsorb(const Group &group, Operation *producer, Operation *sink) {
    if (group.root && isa<graph::MatmulOp, graph::ConvOp>(group.root))
      return isCorrection(producer, group.root) || isRoundedInput(producer, group.root) ||
             (isDequantized(producer->getResult(0)) &&
              llvm::none_of(producer->getUsers(), [](Operation *user) {
                return isa<graph::MatmulOp, graph::ConvOp>(user);
              }));
    if (group.root && isa<graph::PoolOp>(group.root))
      return isDequantized(producer->getResult(0));
    if (isSource(producer))
      return true;
    bool rereads =
        group.root && isa<graph::SoftmaxOp, graph::NormOp, graph::QuantizeRowsOp>(group.root);
    bool grows = elements(producer->getResult(0)) < elements(sink->getResult(0));
    return (graph::isElementwise(producer) || isMove(producer)) &&
           !(isExpensive(producer) && (rereads || grows));
  }

  // Grows the group by producers that nobody else reads.
  void addProducers(size_t number) {
    if (single_)
      return;
    Operation *sink = groups_[number].root ? groups_[number].root : groups_[number].ops.front();
    bool changed = true;
    while (changed && groups_[number].ops.size() < kMaxOps) {
      changed = false;
      for (Operation *op : llvm::to_vector(groups_[number].ops)) {
        for (Value operand : op->getOperands()) {
          Operation *producer = operand.getDefiningOp();
          if (!producer || owner_.contains(producer) || isSource(producer) ||
              !mayAbsorb(groups_[number], producer, sink) ||
              !llvm::all_of(producer->getUsers(),
                            [&](Operation *user) { return groups_[number].ops.contains(user); }))
            continue;
          add(number, producer);
          changed = true;
        }
      }
    }
  }

  static constexpr size_t kMaxOps = 64; // keeps a kernel's compile time and registers in bounds

  Block &body_;
  bool single_, gpu_;
  llvm::DenseMap<Operation *, int64_t> order_;
  llvm::DenseMap<Operation *, size_t> owner_;
  std::vector<Group> groups_;
};

// What leaves the group: all results of the ops that others read.
SmallVector<Value> resultsOf(const Group &group) {
  SmallVector<Value> results;
  for (Operation *op : group.ops)
    if (isReadOutside(group, op))
      llvm::append_range(results, op->getResults());
  return results;
}

// Replaces the group's ops by one graph.fused at the place of the last.
void formRegion(const Group &group) {
  Operation *last = group.ops.back();
  OpBuilder builder(last);
  llvm::SetVector<Value> inputs;
  SmallVector<Operation *> inside; // constants and sources that are cloned into the region
  for (Operation *op : group.ops)
    for (Value operand : op->getOperands()) {
      Operation *definer = operand.getDefiningOp();
      if (definer && group.ops.contains(definer))
        continue;
      bool weight = op == group.root && isa<graph::MatmulOp, graph::ConvOp>(op);
      auto constant = operand.getDefiningOp<graph::ConstantOp>();
      if (!weight && definer && ((constant && isSplat(constant)) || isSource(definer))) {
        if (!llvm::is_contained(inside, definer))
          inside.push_back(definer);
      } else {
        inputs.insert(operand);
      }
    }
  SmallVector<Value> results = resultsOf(group);
  if (results.empty())
    return; // dead
  StringRef name = group.root ? group.root->getName().stripDialect() : "loops";
  SmallVector<Location> locations;
  for (Operation *op : group.ops)
    locations.push_back(op->getLoc());
  auto fused = graph::FusedOp::create(builder, builder.getFusedLoc(locations),
                                      TypeRange(ValueRange(results)), builder.getStringAttr(name),
                                      inputs.getArrayRef());
  Block *block = builder.createBlock(&fused.getBody());
  IRMapping mapping;
  for (Value input : inputs)
    mapping.map(input, block->addArgument(input.getType(), input.getLoc()));
  for (Operation *op : inside)
    builder.clone(*op, mapping);
  for (Operation *op : group.ops)
    builder.clone(*op, mapping);
  SmallVector<Value> yielded;
  for (Value result : results)
    yielded.push_back(mapping.lookup(result));
  graph::YieldOp::create(builder, last->getLoc(), yielded);
  for (auto [result, replacement] : llvm::zip(results, fused.getResults()))
    result.replaceUsesWithIf(replacement, [&](OpOperand &use) {
      return !group.ops.contains(use.getOwner()) && use.getOwner()->getParentOp() != fused;
    });
}

// A kernel of a GPU gets its operands' addresses in one parameter of at most 4 KiB: a concat of
// many tensors becomes one of concats.
void splitConcats(func::FuncOp function) {
  constexpr size_t most = 128;
  for (auto concat : llvm::to_vector(function.getOps<graph::ConcatOp>())) {
    OpBuilder b(concat);
    SmallVector<Value> inputs(concat.getInputs());
    while (inputs.size() > most) {
      SmallVector<Value> joined;
      for (size_t first = 0; first < inputs.size(); first += most) {
        auto part = ArrayRef(inputs).slice(first, std::min(most, inputs.size() - first));
        joined.push_back(graph::ConcatOp::create(b, concat.getLoc(), part, concat.getAxis()));
      }
      inputs = std::move(joined);
    }
    concat.getInputsMutable().assign(inputs);
  }
}

// A region that copies its operand.
Value copyOf(OpBuilder &builder, Value value) {
  auto fused = graph::FusedOp::create(builder, value.getLoc(), TypeRange{value.getType()},
                                      builder.getStringAttr("loops"), ValueRange{value});
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&fused.getBody());
  Value argument = block->addArgument(value.getType(), value.getLoc());
  graph::YieldOp::create(builder, value.getLoc(), ValueRange{argument});
  return fused.getResult(0);
}

struct FusePass : impl::FuseBase<FusePass> {
  using FuseBase::FuseBase;

  void runOnOperation() override {
    if (gpu)
      splitConcats(getOperation());
    std::vector<Group> groups = Grouping(getOperation(), single, gpu).run();
    for (const Group &group : groups)
      formRegion(group);
    regions = groups.size();
    // Whatever was replaced has no readers left.
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(getOperation().front())))
      if (op.use_empty() && !isa<func::ReturnOp>(op))
        op.erase();
    ownReturns();
  }

  // Every returned value gets memory of its own: no arguments, constants or shared values.
  void ownReturns() {
    auto end = cast<func::ReturnOp>(getOperation().front().getTerminator());
    OpBuilder builder(end);
    llvm::DenseSet<Value> taken;
    for (OpOperand &operand : end->getOpOperands()) {
      Value base = operand.get();
      while (auto reshape = base.getDefiningOp<graph::ReshapeOp>())
        base = reshape.getInput();
      if (!base.getDefiningOp<graph::FusedOp>() || !taken.insert(base).second)
        operand.set(copyOf(builder, operand.get()));
    }
  }
};

} // namespace
} // namespace mdc::lower
