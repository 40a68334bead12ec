#include "compiler/compress/ChannelGroups.h"

#include "dialects/graph/Graph.h"

#include <numeric>

using namespace mlir;

namespace mdc::compress {

namespace {

bool isConstantUse(OpOperand &use) { return use.get().getDefiningOp<graph::ConstantOp>(); }

} // namespace

ChannelGroups::ChannelGroups(func::FuncOp function) {
  auto typeOf = [](Value value) { return cast<RankedTensorType>(value.getType()); };
  for (Value argument : function.getArguments())
    number(argument.getAsOpaquePointer(), typeOf(argument));
  function.front().walk([&](Operation *op) {
    for (Value result : op->getResults())
      number(result.getAsOpaquePointer(), typeOf(result));
    for (OpOperand &use : op->getOpOperands())
      if (isConstantUse(use))
        number(&use, typeOf(use.get()));
  });
  std::iota(parents_.begin(), parents_.end(), 0);
}

void ChannelGroups::number(const void *key, RankedTensorType type) {
  Axes axes;
  int64_t next = parents_.size();
  for (int64_t extent : type.getShape()) {
    axes.push_back({next, ShapedType::isDynamic(extent) ? 0 : extent});
    next += axes.back().extent;
  }
  parents_.resize(next);
  fixed_.resize(next, false);
  axes_[key] = std::move(axes);
}

const ChannelGroups::Axes &ChannelGroups::axesOf(OpOperand &use) const {
  return isConstantUse(use) ? axes_.at(&use) : axesOf(use.get());
}

int64_t ChannelGroups::groupOf(int64_t element) const {
  while (parents_[element] != element) {
    parents_[element] = parents_[parents_[element]];
    element = parents_[element];
  }
  return element;
}

bool ChannelGroups::isFixed(const Axis &axis) const {
  for (int64_t element = axis.first; element < axis.first + axis.extent; ++element)
    if (!isFixed(element))
      return false;
  return true;
}

void ChannelGroups::join(int64_t element, int64_t other) {
  int64_t first = groupOf(element), second = groupOf(other);
  // The smaller number stands for both, so that groups do not depend on the order of joins.
  if (second < first)
    std::swap(first, second);
  parents_[second] = first;
  fixed_[first] |= fixed_[second];
}

void ChannelGroups::join(const Axis &axis, const Axis &other) {
  if (axis.extent != other.extent)
    return;
  for (int64_t index = 0; index < axis.extent; ++index)
    join(axis.first + index, other.first + index);
}

void ChannelGroups::fix(const Axis &axis) {
  for (int64_t element = axis.first; element < axis.first + axis.extent; ++element)
    fixed_[groupOf(element)] = true;
}

} // namespace mdc::compress
