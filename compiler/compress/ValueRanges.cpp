#include "compiler/compress/ValueRanges.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Weights.h"

#include <cmath>

using namespace mlir;

namespace mdc::compress {

namespace {

constexpr int kFurthest = 16; // ops that a range is followed through

// [low, high]; nothing for any other attribute.
std::optional<Range> pairOf(Attribute attribute) {
  auto pair = dyn_cast_or_null<ArrayAttr>(attribute);
  if (!pair || pair.size() != 2)
    return std::nullopt;
  double ends[2];
  for (auto [end, part] : llvm::zip(ends, pair)) {
    auto number = dyn_cast<FloatAttr>(part);
    if (!number || !number.getValue().isFinite())
      return std::nullopt;
    end = number.getValueAsDouble();
  }
  if (ends[0] > ends[1])
    return std::nullopt;
  return Range{std::min(ends[0], 0.0), std::max(ends[1], 0.0)};
}

std::optional<Range> attributeOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function ? pairOf(function.getArgAttr(argument.getArgNumber(), kRangeAttr))
                    : std::nullopt;
  }
  auto ranges = value.getDefiningOp()->getAttrOfType<ArrayAttr>(kRangesAttr);
  return ranges ? pairOf(ranges[cast<OpResult>(value).getResultNumber()]) : std::nullopt;
}

std::optional<Range> rangeAt(Value value, int further);

// A constant of one element.
std::optional<double> numberOf(Value value) {
  auto numbers = floatsOf(value);
  if (!numbers || numbers->size() != 1 || !std::isfinite(numbers->front()))
    return std::nullopt;
  return numbers->front();
}

std::optional<Range> joinedRange(ValueRange values, int further) {
  std::optional<Range> joined;
  for (Value value : values) {
    auto range = rangeAt(value, further);
    if (!range)
      return std::nullopt;
    joined = joined ? joined->joined(*range) : range;
  }
  return joined;
}

std::optional<Range> clipped(graph::BinaryOp op, int further) {
  auto bound = numberOf(op.getRhs());
  auto range = bound ? rangeAt(op.getLhs(), further) : std::nullopt;
  if (!range)
    return std::nullopt;
  if (op.getKind() == graph::BinaryKind::Max)
    return Range{std::clamp(*bound, range->low, 0.0), std::max(range->high, *bound)};
  if (op.getKind() == graph::BinaryKind::Min)
    return Range{std::min(range->low, *bound), std::clamp(*bound, 0.0, range->high)};
  return std::nullopt;
}

std::optional<Range> constantRange(graph::ConstantOp constant) {
  auto numbers = floatsOf(constant.getResult());
  if (!numbers || numbers->empty())
    return std::nullopt;
  Range range;
  for (float number : *numbers) {
    if (!std::isfinite(number))
      return std::nullopt;
    range = range.joined({number, number});
  }
  return range;
}

std::optional<Range> derivedRange(Operation *op, int further) {
  if (auto constant = dyn_cast<graph::ConstantOp>(op))
    return constantRange(constant);
  if (isa<graph::ReshapeOp, graph::TransposeOp, graph::SliceOp, graph::BroadcastOp, graph::GatherOp,
          graph::GatherElementsOp, graph::GatherNdOp, graph::ResizeOp, graph::PoolOp>(op))
    return rangeAt(op->getOperand(0), further);
  if (isa<graph::ConcatOp>(op))
    return joinedRange(op->getOperands(), further);
  if (auto pad = dyn_cast<graph::PadOp>(op))
    return pad.getKind() == graph::PadKind::Constant ? joinedRange(op->getOperands(), further)
                                                     : rangeAt(pad.getInput(), further);
  if (auto binary = dyn_cast<graph::BinaryOp>(op))
    return clipped(binary, further);
  auto unary = dyn_cast<graph::UnaryOp>(op);
  if (unary && unary.getKind() == graph::UnaryKind::Sigmoid)
    return Range{0, 1};
  if (unary && unary.getKind() == graph::UnaryKind::Relu)
    if (auto range = rangeAt(unary.getInput(), further))
      return Range{0, range->high};
  return std::nullopt;
}

std::optional<Range> rangeAt(Value value, int further) {
  if (auto range = attributeOf(value))
    return range;
  Operation *op = value.getDefiningOp();
  return op && further > 0 ? derivedRange(op, further - 1) : std::nullopt;
}

} // namespace

LogicalResult verifyRanges(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (Attribute range = function.getArgAttr(i, kRangeAttr); range && !pairOf(range))
      return function.emitError("graph.range of argument ")
             << i << ": expected finite [low, high], got " << range;
  WalkResult walk = function.walk([](Operation *op) {
    Attribute attribute = op->getAttr(kRangesAttr);
    if (!attribute)
      return WalkResult::advance();
    auto ranges = dyn_cast<ArrayAttr>(attribute);
    bool fits = ranges && ranges.size() == op->getNumResults() &&
                llvm::all_of(ranges, [](Attribute range) { return pairOf(range).has_value(); });
    if (fits)
      return WalkResult::advance();
    op->emitError("graph.ranges: expected a finite [low, high] for each of ")
        << op->getNumResults() << " results, got " << attribute;
    return WalkResult::interrupt();
  });
  return failure(walk.wasInterrupted());
}

std::optional<Range> knownRange(Value value) { return rangeAt(value, kFurthest); }

} // namespace mdc::compress
