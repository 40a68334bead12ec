#include "compiler/compress/Calibration.h"

#include "compiler/compress/Layers.h"
#include "dialects/graph/Graph.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace mdc::compress {

bool isMove(Operation *op) {
  return isa<graph::ReshapeOp, graph::TransposeOp, graph::SliceOp, graph::BroadcastOp>(op);
}

namespace {

/// The values of one function that depend on its arguments.
class Dependence {
public:
  explicit Dependence(func::FuncOp main) {
    for (Value argument : main.getArguments())
      values_.insert(argument);
    for (Operation &op : main.getBody().front())
      if (llvm::any_of(op.getOperands(), [&](Value operand) { return values_.contains(operand); }))
        for (Value result : op.getResults())
          values_.insert(result);
  }
  bool has(Value value) const { return values_.contains(value); }

private:
  llvm::DenseSet<Value> values_;
};

/// Names that are given once.
class Keys {
public:
  std::string unique(std::string name) {
    if (name.empty())
      name = "value";
    std::string key = name;
    for (unsigned count = 2; !taken_.insert(key).second; ++count)
      key = name + "#" + std::to_string(count);
    return key;
  }

private:
  llvm::StringSet<> taken_;
};

} // namespace

static bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

static bool isConvolved(Value value) {
  return value.getDefiningOp<graph::ConvOp>() || llvm::any_of(value.getUses(), [](OpOperand &use) {
           return isa<graph::ConvOp>(use.getOwner()) && use.getOperandNumber() == 0;
         });
}

static int64_t channelAxisOf(Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  return isConvolved(value) ? 1 : std::max<int64_t>(rank - 1, 0);
}

static bool isConstant(Value value) { return value.getDefiningOp<graph::ConstantOp>(); }

/// Whether a product and elementwise functions of its result alone make the value.
static bool comesFromProduct(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !value.hasOneUse())
    return false;
  if (isa<graph::ConvOp, graph::MatmulOp>(op))
    return true;
  if (isa<graph::UnaryOp>(op))
    return comesFromProduct(op->getOperand(0));
  return isa<graph::BinaryOp>(op) && isConstant(op->getOperand(1)) &&
         comesFromProduct(op->getOperand(0));
}

/// Whether the value never needs to be in memory by itself. Of two products that meet in an
/// elementwise op only one has it in its kernel.
static bool isInsideEpilogue(Value value) {
  if (!value.hasOneUse() || !graph::isElementwise(*value.user_begin()))
    return false;
  auto binary = dyn_cast<graph::BinaryOp>(*value.user_begin());
  bool meets = binary && !isConstant(binary.getLhs()) && !isConstant(binary.getRhs());
  return !(meets && comesFromProduct(value));
}

std::vector<Observation> observations(func::FuncOp main) {
  Dependence depends(main);
  llvm::DenseSet<Value> inputs; // of layers: their channel means are wanted, also behind a move
  for (const Layer &layer : layersOf(main))
    inputs.insert(layer.input);
  Keys keys;
  std::vector<Observation> observed;
  auto observe = [&](Value value, std::string name) {
    observed.push_back({value, keys.unique(std::move(name)), channelAxisOf(value)});
  };
  for (auto [index, argument] : llvm::enumerate(main.getArguments()))
    if (isFloat(argument))
      observe(argument, "input " + std::to_string(index));
  for (Operation &op : main.getBody().front())
    for (Value result : op.getResults()) {
      if (!isFloat(result) || !depends.has(result))
        continue;
      if (inputs.contains(result) || !(isMove(&op) || isInsideEpilogue(result)))
        observe(result, nodeNameOf(&op));
    }
  return observed;
}

std::vector<GramObservation> gramObservations(func::FuncOp main, int64_t maxDepth) {
  Dependence depends(main);
  Keys keys;
  std::vector<GramObservation> observed;
  for (const Layer &layer : layersOf(main))
    if (layer.groups == 1 && layer.depth <= maxDepth && isFloat(layer.input) &&
        depends.has(layer.input))
      observed.push_back({layer.op, keys.unique(layer.name), layer.depth});
  return observed;
}

} // namespace mdc::compress
