#include "compiler/lower/Lower.h"
#include "compiler/lower/Passes.h"
#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_OUTLINECONSTANTS
#include "compiler/lower/Passes.h.inc"

namespace {

// Bytes of a value in memory.
int64_t bytesOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

// The ops of a graph that no input reaches, and those of them whose results the rest of the graph
// takes as constants.
class ConstantPart {
public:
  explicit ConstantPart(Block &block) {
    for (Operation &op : block)
      if (isComputable(op))
        computable_.insert(&op);
    for (Operation *op : computable_)
      if (llvm::any_of(op->getUsers(),
                       [&](Operation *user) { return !computable_.contains(user); }))
        take(op);
  }

  // In the order of the graph.
  ArrayRef<Operation *> computable() const { return computable_.getArrayRef(); }
  bool isTaken(Operation *op) const { return taken_.contains(op); }

  // Whether a taken op is computed from this one.
  llvm::DenseSet<Operation *> closure() const {
    llvm::DenseSet<Operation *> needed(taken_.begin(), taken_.end());
    for (Operation *op : llvm::reverse(computable_))
      if (needed.contains(op))
        for (Value operand : op->getOperands())
          if (computable_.contains(operand.getDefiningOp()))
            needed.insert(operand.getDefiningOp());
    return needed;
  }

private:
  bool isComputable(Operation &op) const {
    // A dequantized weight is the sign by which products of bytes are found.
    if (isa<graph::ConstantOp, graph::ExtentsOp, graph::DequantizeOp>(op) ||
        op.getNumResults() != 1 || op.getNumRegions() != 0)
      return false;
    auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
    return type && type.hasStaticShape() && llvm::all_of(op.getOperands(), [&](Value operand) {
             Operation *source = operand.getDefiningOp();
             return source && (isa<graph::ConstantOp>(source) || computable_.contains(source));
           });
  }

  // An op that is not worth storing runs for every request, and what it reads is taken instead.
  void take(Operation *op) {
    if (isWorthStoring(op)) {
      taken_.insert(op);
      return;
    }
    for (Value operand : op->getOperands())
      if (Operation *source = operand.getDefiningOp(); computable_.contains(source))
        take(source);
  }

  // A result of more than twice the bytes that it is computed from is cheaper to compute again.
  bool isWorthStoring(Operation *op) const {
    Type element = cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
    if (element.isInteger(1) || element.isBF16()) // no array of a result file has them
      return false;
    int64_t read = 0;
    llvm::SetVector<Operation *> sources;
    sources.insert(op);
    for (size_t at = 0; at < sources.size(); ++at)
      for (Value operand : sources[at]->getOperands()) {
        bool isNew = sources.insert(operand.getDefiningOp());
        if (isNew && isa<graph::ConstantOp>(operand.getDefiningOp()))
          read += bytesOf(operand);
      }
    return bytesOf(op->getResult(0)) <= 2 * read + kFreeBytes;
  }

  static constexpr int64_t kFreeBytes = 64 << 10;

  llvm::SetVector<Operation *> computable_;
  llvm::DenseSet<Operation *> taken_;
};

struct OutlineConstantsPass : impl::OutlineConstantsBase<OutlineConstantsPass> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main)
      return;
    ConstantPart part(main.getBody().front());
    SmallVector<Operation *> taken;
    for (Operation *op : part.computable())
      if (part.isTaken(op))
        taken.push_back(op);
    if (taken.empty())
      return;
    outlined += taken.size();
    replace(main, part, taken, makeFunction(main, part, taken));
  }

private:
  func::FuncOp makeFunction(func::FuncOp main, const ConstantPart &part,
                            ArrayRef<Operation *> taken) {
    OpBuilder builder(main);
    SmallVector<Type> types;
    for (Operation *op : taken)
      types.push_back(op->getResult(0).getType());
    auto function = func::FuncOp::create(builder, main.getLoc(), kConstantsFunction,
                                         builder.getFunctionType({}, types));
    function.setPrivate();
    builder.setInsertionPointToStart(function.addEntryBlock());
    IRMapping mapping;
    llvm::DenseSet<Operation *> needed = part.closure();
    for (Operation *op : part.computable()) {
      if (!needed.contains(op))
        continue;
      for (Value operand : op->getOperands())
        if (!mapping.contains(operand))
          builder.clone(*operand.getDefiningOp(), mapping);
      builder.clone(*op, mapping);
    }
    SmallVector<Value> results;
    for (auto [index, op] : llvm::enumerate(taken)) {
      results.push_back(mapping.lookup(op->getResult(0)));
      function.setResultAttr(index, "graph.name",
                             builder.getStringAttr("constant " + Twine(index)));
    }
    func::ReturnOp::create(builder, main.getLoc(), results);
    return function;
  }

  static void replace(func::FuncOp main, const ConstantPart &part, ArrayRef<Operation *> taken,
                      func::FuncOp constants) {
    OpBuilder builder = OpBuilder::atBlockBegin(&main.getBody().front());
    auto call = func::CallOp::create(builder, main.getLoc(), constants);
    for (auto [op, value] : llvm::zip_equal(taken, call.getResults()))
      op->getResult(0).replaceAllUsesWith(value);
    for (Operation *op : llvm::reverse(part.computable()))
      if (op->use_empty())
        op->erase();
  }
};

} // namespace
} // namespace mdc::lower
