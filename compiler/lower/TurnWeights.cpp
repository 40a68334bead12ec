#include "compiler/lower/Passes.h"

#include "compiler/lower/WeightBytes.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_TURNWEIGHTS
#include "compiler/lower/Passes.h.inc"

namespace {

struct TurnWeightsPass : impl::TurnWeightsBase<TurnWeightsPass> {
  // [depth][columns] as [columns][depth]; null for what is no matrix of bytes in memory.
  Value turnedWeight(graph::MatmulOp op) {
    RankedTensorType type = op.getRhs().getType();
    auto constant = op.getRhs().getDefiningOp<graph::ConstantOp>();
    auto bytes = constant ? bytesOf(constant) : std::nullopt;
    if (!bytes || type.getRank() != 2 || !type.getElementType().isSignlessInteger(8))
      return {};
    Value &known = turnedOf[constant];
    if (known)
      return known;
    int64_t depth = type.getDimSize(0), columns = type.getDimSize(1);
    std::vector<char> moved(bytes->size());
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t column = 0; column < columns; ++column)
        moved[column * depth + k] = (*bytes)[k * columns + column];
    OpBuilder builder(constant);
    known = makeWeight(builder, constant.getLoc(), type.clone({columns, depth}), moved);
    return known;
  }

  void runOnOperation() override {
    turnedOf.clear(); // of the function before, whose memory others may have now
    getOperation().walk([&](graph::MatmulOp op) {
      Value weight = op.getTransposeRhs() ? Value() : turnedWeight(op);
      if (!weight)
        return;
      op.getRhsMutable().assign(weight);
      op.setTransposeRhs(true);
      ++turned;
    });
    for (const auto &[constant, weight] : turnedOf)
      if (constant->use_empty())
        constant->erase();
  }

  llvm::DenseMap<Operation *, Value> turnedOf;
};

} // namespace
} // namespace mdc::lower
