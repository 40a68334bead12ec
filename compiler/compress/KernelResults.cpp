#include "compiler/compress/KernelResults.h"

#include "dialects/graph/Shape.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace mdc::compress {

namespace {

bool takesEpilogue(Operation *op) {
  return isa<graph::MatmulOp, graph::ConvOp, graph::PoolOp, graph::ReduceOp, graph::SoftmaxOp,
             graph::NormOp, graph::CumSumOp>(op);
}

// Roots that compute what they alone read, if it is elementwise, while they read it.
bool takesProducers(Operation *op) {
  return isa<graph::ReduceOp, graph::SoftmaxOp, graph::NormOp, graph::CumSumOp>(op);
}

RankedTensorType shapeOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return graph::withElement(type, IntegerType::get(type.getContext(), 1));
}

constexpr size_t kMostOps = 64; // of a kernel, as in mdc-fuse

} // namespace

KernelResults::KernelResults(func::FuncOp function) {
  Block &body = function.front();
  for (Operation &op : body)
    if (takesEpilogue(&op))
      addEpilogue(&op);
  for (Operation &op : llvm::reverse(body))
    if (op.getNumResults() == 1 && !results_.contains(&op))
      joinReaders(&op);
}

void KernelResults::addEpilogue(Operation *root) {
  llvm::SetVector<Operation *> group, best;
  group.insert(root);
  best = group;
  llvm::DenseSet<Operation *> apart; // reads the group through ops outside it
  auto leaving = [&] {
    return llvm::count_if(group, [&](Operation *op) {
      return llvm::any_of(op->getUsers(), [&](Operation *user) { return !group.contains(user); });
    });
  };
  for (Operation *op = root->getNextNode(); op && group.size() < kMostOps; op = op->getNextNode()) {
    bool inside = false, outside = false;
    for (Value operand : op->getOperands()) {
      inside |= group.contains(operand.getDefiningOp());
      outside |= apart.contains(operand.getDefiningOp());
    }
    if (!inside && !outside)
      continue;
    bool fits = inside && !outside && graph::isElementwise(op) && !results_.contains(op) &&
                shapeOf(op->getResult(0)) == shapeOf(root->getResult(0));
    if (!fits) {
      apart.insert(op);
      continue;
    }
    group.insert(op);
    if (leaving() == 1)
      best = group;
  }
  for (Operation *op : best) {
    results_[op] = best.back()->getResult(0);
    epilogues_.insert(op);
  }
}

void KernelResults::joinReaders(Operation *op) {
  Value result = op->getResult(0), shared;
  for (Operation *user : op->getUsers()) {
    bool computesOperands = graph::isElementwise(user) && !epilogues_.contains(user);
    bool joins = graph::isElementwise(op) && (computesOperands || takesProducers(user));
    Value theirs = joins ? results_.lookup(user) : Value();
    if (!theirs || (shared && shared != theirs)) {
      shared = Value();
      break;
    }
    shared = theirs;
  }
  results_[op] = shared ? shared : result;
}

Value KernelResults::of(Operation *op) const { return results_.lookup(op); }

bool KernelResults::isStored(Value value) const {
  Operation *op = value.getDefiningOp();
  return !op || op->getNumResults() != 1 || of(op) == value;
}

} // namespace mdc::compress
