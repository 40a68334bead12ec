#include "compiler/lower/OutlinedBody.h"
#include "compiler/lower/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_OUTLINEPARALLEL
#include "compiler/lower/Passes.h.inc"

// Computes `value` again at the builder's place; null when it depends on memory or on a block
// argument.
static Value recompute(Value value, OpBuilder &builder, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || !isMemoryEffectFree(op) || op->getNumRegions() != 0)
    return {};
  for (Value operand : op->getOperands())
    if (!recompute(operand, builder, mapping))
      return {};
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

LogicalResult recomputeCaptured(scf::ParallelOp loop, ValueRange others, OpBuilder &builder,
                                IRMapping &mapping) {
  SetVector<Value> captured(others.begin(), others.end());
  getUsedValuesDefinedAbove(loop.getRegion(), captured);
  for (Value value : captured)
    if (!recompute(value, builder, mapping))
      return emitError(loop.getLoc())
             << "a parallel loop reads a value that its body cannot compute again";
  return success();
}

namespace {

LogicalResult outline(scf::ParallelOp loop, StringRef name) {
  MLIRContext *context = loop.getContext();
  Location loc = loop.getLoc();
  auto module = loop->getParentOfType<ModuleOp>();
  OpBuilder builder(context);
  builder.setInsertionPointToEnd(module.getBody());
  Type index = builder.getIndexType();
  auto body = func::FuncOp::create(builder, loc, name, builder.getFunctionType({index, index}, {}));
  body.setPrivate();
  Block *entry = body.addEntryBlock();
  builder.setInsertionPointToStart(entry);

  IRMapping mapping;
  if (failed(recomputeCaptured(loop, {}, builder, mapping)))
    return failure();
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto range = scf::ForOp::create(builder, loc, entry->getArgument(0), entry->getArgument(1), one);
  func::ReturnOp::create(builder, loc);
  builder.setInsertionPointToStart(range.getBody());
  mapping.map(loop.getInductionVars()[0], range.getInductionVar());
  for (Operation &op : loop.getBody()->without_terminator())
    builder.clone(op, mapping);

  builder.setInsertionPoint(loop);
  kernel::LaunchOp::create(builder, loc, FlatSymbolRefAttr::get(context, name),
                           loop.getUpperBound()[0]);
  loop.erase();
  return success();
}

struct OutlineParallelPass : impl::OutlineParallelBase<OutlineParallelPass> {
  void runOnOperation() override {
    SmallVector<scf::ParallelOp> loops;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::ParallelOp loop) {
      loops.push_back(loop);
      return WalkResult::skip();
    });
    for (auto [number, loop] : llvm::enumerate(loops)) {
      StringRef kernel = loop->getParentOfType<func::FuncOp>().getSymName();
      if (failed(outline(loop, (kernel + "_body" + Twine(number)).str())))
        return signalPassFailure();
    }
    // Stack memory taken inside a loop would be taken again in every round.
    getOperation().walk([](memref::AllocaOp memory) {
      if (memory->getNumOperands() == 0)
        memory->moveBefore(&memory->getParentOfType<func::FuncOp>().getBody().front().front());
    });
  }
};

} // namespace
} // namespace mdc::lower
