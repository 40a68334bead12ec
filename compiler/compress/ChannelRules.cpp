// What each op demands of the channels of its operands and results.
#include "compiler/compress/ChannelGroups.h"

#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mdc::compress {

int64_t outputAxisOf(const Layer &layer) {
  if (layer.isConv())
    return 0;
  int64_t rank = cast<RankedTensorType>(layer.weight.getType()).getRank();
  return cast<graph::MatmulOp>(layer.op).getTransposeRhs() ? rank - 2 : rank - 1;
}

int64_t inputAxisOf(const Layer &layer) {
  if (layer.isConv())
    return 1;
  int64_t rank = cast<RankedTensorType>(layer.weight.getType()).getRank();
  return 2 * rank - 3 - outputAxisOf(layer);
}

namespace {

using Axis = ChannelGroups::Axis;

class Rules {
public:
  Rules(const std::vector<Layer> &layers, const llvm::DenseSet<Operation *> &chosen,
        ChannelGroups &groups)
      : chosen_(chosen), groups_(groups) {
    for (const Layer &layer : layers)
      layers_[layer.op] = &layer;
  }

  void visit(Operation *op) {
    for (OpOperand &use : op->getOpOperands())
      if (!holdsBytes(use.get()))
        fixUse(use);
    llvm::TypeSwitch<Operation *>(op)
        .Case<graph::ConstantOp, graph::ReshapeOp>([](Operation *) {}) // uses count; see below
        .Case<graph::UnaryOp, graph::BinaryOp, graph::CompareOp, graph::SelectOp, graph::CastOp,
              graph::BroadcastOp>([&](Operation *elementwise) { visitElementwise(elementwise); })
        .Case<graph::ConvOp, graph::MatmulOp>([&](Operation *product) { visitProduct(product); })
        .Case<graph::ConcatOp, graph::SliceOp, graph::TransposeOp, graph::PadOp>(
            [&](auto move) { visitMove(move); })
        .Case([&](graph::PoolOp pool) { joinAxes(pool, [](int64_t axis) { return axis < 2; }); })
        .Case([&](graph::ResizeOp resize) {
          joinAxes(resize, [&](int64_t axis) {
            return resize.getScales()[axis] == 1 && resize.getOffsets()[axis] == 0;
          });
        })
        .Case([&](graph::ReduceOp reduce) {
          joinAxes(reduce,
                   [&](int64_t axis) { return !llvm::is_contained(reduce.getAxes(), axis); });
        })
        .Case<graph::SoftmaxOp, graph::CumSumOp>([&](auto row) {
          joinAxes(row, [&](int64_t axis) { return axis != int64_t(row.getAxis()); });
        })
        .Case([&](graph::NormOp norm) {
          joinAxes(norm, [&](int64_t axis) { return axis < int64_t(norm.getAxis()); });
        })
        .Default([&](Operation *other) { fixAll(other); });
  }

  // Last, in program order: which axis a joined one goes with depends on what is fixed by now.
  void visitReshape(graph::ReshapeOp reshape);

private:
  // Whether parts of the value can be taken if it is a constant.
  static bool holdsBytes(Value value) {
    return !value.getDefiningOp<graph::ConstantOp>() ||
           cast<RankedTensorType>(value.getType()).getElementTypeBitWidth() % 8 == 0;
  }

  void fixUse(OpOperand &use) {
    for (const Axis &axis : groups_.axesOf(use))
      groups_.fix(axis);
  }

  void fixAll(Operation *op) {
    for (OpOperand &use : op->getOpOperands())
      fixUse(use);
    for (Value result : op->getResults())
      for (const Axis &axis : groups_.axesOf(result))
        groups_.fix(axis);
  }

  // Joins the axes of the first operand and the result that `keeps` an index, fixes the others.
  void joinAxes(Operation *op, llvm::function_ref<bool(int64_t)> keeps) {
    const auto &from = groups_.axesOf(op->getOpOperand(0)), &to = groups_.axesOf(op->getResult(0));
    for (auto [axis, pair] : llvm::enumerate(llvm::zip_equal(from, to))) {
      auto [input, result] = pair;
      if (keeps(axis) && input.extent == result.extent) {
        groups_.join(input, result);
      } else {
        groups_.fix(input);
        groups_.fix(result);
      }
    }
  }

  // Aligned at the last axis; one element that is repeated goes with none.
  void visitElementwise(Operation *op) {
    const auto &to = groups_.axesOf(op->getResult(0));
    for (OpOperand &use : op->getOpOperands()) {
      const auto &from = groups_.axesOf(use);
      for (size_t axis = 0; axis < from.size(); ++axis)
        groups_.join(from[axis], to[to.size() - from.size() + axis]);
    }
  }

  void visitProduct(Operation *op) {
    const Layer *layer = layers_.lookup(op);
    if (!layer)
      return fixAll(op);
    if (layer->isConv())
      visitConv(*layer);
    else
      visitMatmul(*layer);
    const Axis &outputs = groups_.axesOf(op->getOpOperand(1))[outputAxisOf(*layer)];
    if (!layer->isDepthwise() && !chosen_.contains(op))
      groups_.fix(outputs);
  }

  void visitConv(const Layer &layer) {
    bool depthwise =
        layer.isDepthwise() && cast<RankedTensorType>(layer.weight.getType()).getDimSize(1) == 1;
    if (layer.groups != 1 && !depthwise)
      return fixAll(layer.op);
    const auto &input = groups_.axesOf(layer.op->getOpOperand(0));
    const auto &weight = groups_.axesOf(layer.op->getOpOperand(1));
    const auto &result = groups_.axesOf(layer.op->getResult(0));
    for (size_t axis = 0; axis < input.size(); ++axis)
      if (axis != 1)
        for (const Axis &fixed : {input[axis], result[axis]})
          groups_.fix(fixed);
    for (const Axis &kernel : ArrayRef(weight).drop_front(depthwise ? 1 : 2))
      groups_.fix(kernel);
    groups_.join(weight[0], result[1]);
    groups_.join(weight[depthwise ? 0 : 1], input[1]);
    if (layer.op->getNumOperands() > 2)
      groups_.join(groups_.axesOf(layer.op->getOpOperand(2))[0], result[1]);
  }

  void visitMatmul(const Layer &layer) {
    const auto &lhs = groups_.axesOf(layer.op->getOpOperand(0));
    const auto &weight = groups_.axesOf(layer.op->getOpOperand(1));
    const auto &result = groups_.axesOf(layer.op->getResult(0));
    groups_.join(lhs.back(), weight[inputAxisOf(layer)]);
    groups_.join(result.back(), weight[outputAxisOf(layer)]);
    for (const Axis &outer : ArrayRef(weight).drop_back(2))
      groups_.fix(outer);
    size_t added = result.size() - lhs.size();
    for (size_t axis = 0; axis + 1 < result.size(); ++axis)
      if (axis < added)
        groups_.fix(result[axis]);
      else
        groups_.join(lhs[axis - added], result[axis]);
  }

  void visitMove(graph::TransposeOp transpose) {
    const auto &from = groups_.axesOf(transpose->getOpOperand(0));
    const auto &to = groups_.axesOf(transpose.getResult());
    for (auto [axis, source] : llvm::enumerate(transpose.getPermutation()))
      groups_.join(from[source], to[axis]);
  }

  void visitMove(graph::PadOp pad) {
    joinAxes(pad,
             [&](int64_t axis) { return pad.getLow()[axis] == 0 && pad.getHigh()[axis] == 0; });
  }

  void visitMove(graph::ConcatOp concat) {
    const auto &to = groups_.axesOf(concat.getResult());
    int64_t joined = concat.getAxis(), offset = 0;
    bool open = to[joined].extent == 0;
    for (OpOperand &use : concat->getOpOperands()) {
      const auto &from = groups_.axesOf(use);
      for (int64_t axis = 0; axis < int64_t(from.size()); ++axis)
        if (axis != joined)
          groups_.join(from[axis], to[axis]);
        else if (open)
          groups_.fix(from[axis]);
        else
          groups_.join(from[axis], {to[axis].first + offset, from[axis].extent});
      offset += from[joined].extent;
    }
  }

  void visitMove(graph::SliceOp slice) {
    const auto &from = groups_.axesOf(slice->getOpOperand(0));
    const auto &to = groups_.axesOf(slice.getResult());
    for (size_t axis = 0; axis < from.size(); ++axis) {
      std::optional<int64_t> start = graph::constantOf(slice.getStarts().getResult(axis));
      bool inside = start && *start >= 0 && *start + to[axis].extent <= from[axis].extent;
      if (slice.getSteps()[axis] == 1 && inside && to[axis].extent > 0) {
        groups_.join({from[axis].first + *start, to[axis].extent}, to[axis]);
      } else {
        groups_.fix(from[axis]);
        groups_.fix(to[axis]);
      }
    }
  }

  void joinParts(const Axis &whole, ArrayRef<Axis> parts);

  const llvm::DenseSet<Operation *> &chosen_;
  llvm::DenseMap<Operation *, const Layer *> layers_;
  ChannelGroups &groups_;
};

// `parts` in row-major order make up `whole`. The largest part that is free goes with it; the
// others are fixed.
void Rules::joinParts(const Axis &whole, ArrayRef<Axis> parts) {
  const Axis *free = nullptr;
  for (const Axis &part : parts)
    if (part.extent > 1 && !groups_.isFixed(part) && (!free || part.extent > free->extent))
      free = &part;
  int64_t inner = 1;
  for (const Axis &part : parts)
    if (&part != free)
      groups_.fix(part);
  if (!free)
    return groups_.fix(whole);
  for (const Axis *part = free + 1; part != parts.end(); ++part)
    inner *= part->extent;
  for (int64_t index = 0; index < whole.extent; ++index)
    groups_.join(whole.first + index, free->first + index / inner % free->extent);
}

void Rules::visitReshape(graph::ReshapeOp reshape) {
  ArrayRef<Axis> from = groups_.axesOf(reshape->getOpOperand(0));
  ArrayRef<Axis> to = groups_.axesOf(reshape.getResult());
  graph::Extents before = graph::extentsOf(reshape.getInput().getType());
  graph::Extents after = graph::extentsOf(reshape.getType());
  // Equal extents at both ends are the same axes.
  size_t low = 0, high = 0, most = std::min(from.size(), to.size());
  while (low < most && before[low] == after[low] && before[low])
    groups_.join(from[low], to[low]), ++low;
  while (low + high < most && before[before.size() - 1 - high] &&
         before[before.size() - 1 - high] == after[after.size() - 1 - high])
    groups_.join(from[from.size() - 1 - high], to[to.size() - 1 - high]), ++high;
  from = from.drop_front(low).drop_back(high);
  to = to.drop_front(low).drop_back(high);
  auto isOpen = [](const Axis &axis) { return axis.extent == 0; };
  bool open = llvm::any_of(from, isOpen) || llvm::any_of(to, isOpen);
  while (!open && !from.empty() && !to.empty()) {
    // The fewest axes on either side that hold the same number of elements.
    size_t left = 1, right = 1;
    int64_t leftCount = from[0].extent, rightCount = to[0].extent;
    while (leftCount != rightCount && left <= from.size() && right <= to.size())
      if (leftCount < rightCount)
        leftCount *= left < from.size() ? from[left].extent : 0, ++left;
      else
        rightCount *= right < to.size() ? to[right].extent : 0, ++right;
    if (leftCount != rightCount || left > from.size() || right > to.size())
      break;
    if (left == 1)
      joinParts(from[0], to.take_front(right));
    else if (right == 1)
      joinParts(to[0], from.take_front(left));
    else
      for (ArrayRef<Axis> side : {from.take_front(left), to.take_front(right)})
        llvm::for_each(side, [&](const Axis &axis) { groups_.fix(axis); });
    from = from.drop_front(left);
    to = to.drop_front(right);
  }
  for (ArrayRef<Axis> rest : {from, to})
    for (const Axis &axis : rest)
      groups_.fix(axis);
}

} // namespace

void joinChannels(func::FuncOp function, const std::vector<Layer> &layers,
                  const llvm::DenseSet<Operation *> &chosen, ChannelGroups &groups) {
  for (Value argument : function.getArguments())
    for (const Axis &axis : groups.axesOf(argument))
      groups.fix(axis);
  Rules rules(layers, chosen, groups);
  for (Operation &op : function.front())
    rules.visit(&op);
  function.walk([&](graph::ReshapeOp reshape) { rules.visitReshape(reshape); });
}

} // namespace mdc::compress
