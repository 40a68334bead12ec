#include "compiler/compress/ByteValues.h"

#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/Weights.h"

using namespace mlir;

namespace mdc::compress {

namespace {

bool isFloat(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32();
}

bool isConstant(Value value) { return value.getDefiningOp<graph::ConstantOp>() != nullptr; }

bool isZero(Value value) {
  auto numbers = floatsOf(value);
  return numbers && numbers->size() == 1 && numbers->front() == 0;
}

// Ops that read a byte as the number that it stands for on their way through it.
bool readsNumbers(Operation *op) {
  return graph::isElementwise(op) || isa<graph::PoolOp, graph::ReduceOp, graph::ResizeOp,
                                         graph::SoftmaxOp, graph::NormOp, graph::PadOp>(op);
}

// Ops that compute one value of those that they read, of which it makes sense to keep bytes.
bool keepsBytes(Operation *op) {
  auto reduce = dyn_cast<graph::ReduceOp>(op);
  if (reduce)
    return reduce.getKind() == graph::ReduceKind::Mean ||
           reduce.getKind() == graph::ReduceKind::Max;
  return graph::isElementwise(op) || isa<graph::PoolOp, graph::ResizeOp, graph::PadOp>(op);
}

// Rows of a table of floats, such as embeddings: nothing is gained by rounding them one by one.
bool readsTable(Operation *op) {
  return isa<graph::GatherOp, graph::GatherElementsOp, graph::GatherNdOp>(op) &&
         isConstant(op->getOperand(0));
}

} // namespace

bool carriesBytes(Operation *op) {
  if (auto pad = dyn_cast<graph::PadOp>(op))
    return pad.getKind() != graph::PadKind::Constant || isZero(pad.getValue());
  return graph::carriesElements(op);
}

ByteValues::ByteValues(func::FuncOp function, ArrayRef<Layer> layers, int bits)
    : kernels_(function), bits_(bits) {
  for (const Layer &layer : layers)
    layers_.insert(layer.op);
  Block &body = function.front();
  for (Operation &op : llvm::reverse(body))
    if (op.getNumResults() == 1 && isWanted(op.getResult(0)))
      bytes_.insert(op.getResult(0));
  for (Value argument : body.getArguments())
    if (isNeeded(argument) && isFloat(argument))
      bytes_.insert(argument);
  chooseScales(function);
}

// A layer reads the value, itself or through moves.
bool ByteValues::isNeeded(Value value) const {
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (layers_.contains(user))
      return use.getOperandNumber() == 0;
    return carriesBytes(user) && bytes_.contains(user->getResult(0)) &&
           llvm::is_contained(graph::carriedOperands(user), value) && isNeeded(user->getResult(0));
  });
}

bool ByteValues::isWanted(Value value) const {
  if (!isFloat(value) || isConstant(value) || !knownRange(value) || value.use_empty())
    return false;
  if (isNeeded(value))
    return true;
  Operation *op = value.getDefiningOp();
  return kernels_.isStored(value) &&
         llvm::all_of(value.getUses(), [&](OpOperand &use) { return leadsToBytes(use); }) &&
         (keepsBytes(op) || (carriesBytes(op) && !readsTable(op)) || layers_.contains(op));
}

bool ByteValues::leadsToBytes(OpOperand &use) const {
  Operation *user = use.getOwner();
  if (layers_.contains(user))
    return use.getOperandNumber() == 0;
  if (user->getNumResults() != 1)
    return false;
  if (carriesBytes(user) && bytes_.contains(user->getResult(0)))
    return true;
  Value result = kernels_.of(user);
  return readsNumbers(user) && result && bytes_.contains(result);
}

bool ByteValues::readsBytes(OpOperand &use) const {
  Operation *user = use.getOwner();
  if (layers_.contains(user))
    return use.getOperandNumber() == 0;
  if (carriesBytes(user) && bytes_.contains(user->getResult(0)))
    return true;
  // What a request brings lies in memory as numbers in any case.
  return readsNumbers(user) && !isa<BlockArgument>(use.get());
}

int64_t ByteValues::scaleOf(Value value) const {
  auto found = scaleIndex_.find(value);
  if (found == scaleIndex_.end())
    return -1;
  int64_t scale = found->second;
  while (scales_[scale].mergedInto >= 0)
    scale = scales_[scale].mergedInto;
  return scale;
}

// Empty where a reader of the bytes wants one scale for all channels.
std::vector<float> ByteValues::channelMaximaOf(Value value) const {
  Operation *producer = value.getDefiningOp();
  if (producer && carriesBytes(producer))
    return {};
  std::vector<float> maxima;
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (!layers_.contains(user)) {
      if (carriesBytes(user) && bytes_.contains(user->getResult(0)))
        return {};
      continue;
    }
    auto conv = dyn_cast<graph::ConvOp>(user);
    auto seen = conv ? floatsOf(conv->getAttr(kChannelMaxAttr)) : std::nullopt;
    if (!seen || conv.getWeight().getType().getDimSize(1) != 1 ||
        int64_t(seen->size()) != int64_t(conv.getGroups()))
      return {};
    maxima = std::move(*seen);
  }
  return maxima;
}

ByteParameters ByteValues::parametersAt(Value value) const {
  if (auto found = quantized_.find(value); found != quantized_.end())
    return found->second;
  return parametersOf(scales_[scaleOf(value)].range, bits_);
}

void ByteValues::newScale(Value value, const Range &range) {
  scaleIndex_[value] = int64_t(scales_.size());
  scales_.push_back({range, range.width()});
}

void ByteValues::merge(int64_t from, int64_t into) {
  if (from == into)
    return;
  scales_[into].range = scales_[into].range.joined(scales_[from].range);
  scales_[into].smallestWidth = std::min(scales_[into].smallestWidth, scales_[from].smallestWidth);
  scales_[from].mergedInto = into;
}

// A move has the scale of what it moves; a concat shares the scale of each part that the common
// range is not more than twice as wide as.
void ByteValues::shareScales(Operation *op) {
  Value result = op->getResult(0);
  auto range = *knownRange(result);
  OperandRange parts = graph::carriedOperands(op);
  if (!isa<graph::ConcatOp>(op)) {
    if (int64_t scale = scaleOf(parts.front()); scale >= 0)
      scaleIndex_[result] = scale;
    else
      newScale(result, range);
    return;
  }
  newScale(result, range);
  scales_.back().smallestWidth = range.width();
  for (Value part : parts) {
    int64_t from = scaleOf(part), into = scaleOf(result);
    if (from < 0)
      continue;
    double width = scales_[into].range.joined(scales_[from].range).width();
    if (width <= 2 * std::min(scales_[into].smallestWidth, scales_[from].smallestWidth))
      merge(from, into);
  }
}

void ByteValues::chooseScales(func::FuncOp function) {
  Block &body = function.front();
  for (Value argument : body.getArguments())
    if (bytes_.contains(argument))
      newScale(argument, *knownRange(argument));
  for (Operation &op : body) {
    if (op.getNumResults() != 1 || !bytes_.contains(op.getResult(0)))
      continue;
    if (carriesBytes(&op))
      shareScales(&op);
    else
      newScale(op.getResult(0), *knownRange(op.getResult(0)));
  }
  auto quantize = [&](Value value) {
    const Range &range = scales_[scaleOf(value)].range;
    std::vector<float> maxima = channelMaximaOf(value);
    quantized_[value] =
        maxima.empty() ? parametersOf(range, bits_) : parametersOf(range, maxima, bits_);
  };
  for (Value argument : body.getArguments())
    if (bytes_.contains(argument))
      quantize(argument);
  for (Operation &op : body) {
    if (op.getNumResults() != 1 || !bytes_.contains(op.getResult(0)))
      continue;
    Value result = op.getResult(0);
    bool carried = carriesBytes(&op) && llvm::all_of(graph::carriedOperands(&op), [&](Value part) {
                     return bytes_.contains(part) && scaleOf(part) == scaleOf(result);
                   });
    if (!carried)
      quantize(result);
  }
}

} // namespace mdc::compress
