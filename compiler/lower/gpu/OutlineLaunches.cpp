#include "compiler/lower/Machine.h"
#include "compiler/lower/OutlinedBody.h"
#include "compiler/lower/Passes.h"

#include "dialects/graph/Shape.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_OUTLINELAUNCHES
#include "compiler/lower/Passes.h.inc"

namespace {

// The expression over the kernel's extents that a value is; null for any other.
AffineExpr expressionOf(Value value) {
  MLIRContext *context = value.getContext();
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return getAffineConstantExpr(constant.getSExtValue(), context);
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (auto extent = dyn_cast<kernel::ExtentOp>(op))
    return getAffineSymbolExpr(extent.getIndex(), context);
  if (op->getNumOperands() != 2)
    return {};
  AffineExpr lhs = expressionOf(op->getOperand(0)), rhs = expressionOf(op->getOperand(1));
  if (!lhs || !rhs)
    return {};
  if (isa<arith::AddIOp>(op))
    return lhs + rhs;
  if (isa<arith::SubIOp>(op))
    return lhs - rhs;
  if (isa<arith::MulIOp>(op))
    return lhs * rhs;
  if (isa<arith::DivSIOp, arith::DivUIOp>(op)) // of extents, which are not negative
    return lhs.floorDiv(rhs);
  if (isa<arith::RemSIOp, arith::RemUIOp>(op))
    return lhs % rhs;
  return {};
}

Value asIndex(OpBuilder &b, Location loc, Value value) {
  return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), value);
}

// The round that this thread or its group runs.
Value roundOf(OpBuilder &b, Location loc, bool group) {
  Type i32 = b.getI32Type();
  Value block = asIndex(b, loc, NVVM::BlockIdXOp::create(b, loc, i32));
  Value thread = asIndex(b, loc, NVVM::ThreadIdXOp::create(b, loc, i32));
  Value threads = arith::ConstantIndexOp::create(b, loc, kBlockThreads);
  Value number =
      arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, block, threads), thread);
  if (!group)
    return number;
  return arith::DivUIOp::create(b, loc, number,
                                arith::ConstantIndexOp::create(b, loc, kGroupThreads));
}

LogicalResult outline(scf::ParallelOp loop, StringRef name) {
  MLIRContext *context = loop.getContext();
  Location loc = loop.getLoc();
  bool group = loop->hasAttr(kernel::kGroupAttr);
  AffineExpr count = expressionOf(loop.getUpperBound()[0]);
  if (!count)
    return emitError(loc) << "a parallel loop has a count that is no expression of extents";
  OpBuilder b(context);
  b.setInsertionPoint(loop->getParentOfType<func::FuncOp>()); // launches keep their order
  auto entry = func::FuncOp::create(b, loc, name, b.getFunctionType({}, {}));
  int64_t rounds = group ? kBlockThreads / kGroupThreads : kBlockThreads; // of a block
  entry->setAttr(kernel::kBlocksAttr,
                 AffineMapAttr::get(graph::extentMap({count.ceilDiv(rounds)}, context)));
  b.setInsertionPointToStart(entry.addEntryBlock());
  Value round = roundOf(b, loc, group);
  IRMapping mapping;
  if (failed(recomputeCaptured(loop, loop.getUpperBound(), b, mapping)))
    return failure();
  Value end = mapping.lookup(loop.getUpperBound()[0]);
  Value mine = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, round, end);
  auto guard = scf::IfOp::create(b, loc, mine, /*withElseRegion=*/false);
  func::ReturnOp::create(b, loc);
  b.setInsertionPointToStart(guard.thenBlock());
  mapping.map(loop.getInductionVars()[0], round);
  for (Operation &op : loop.getBody()->without_terminator())
    b.clone(op, mapping);
  loop.erase();
  return success();
}

struct OutlineLaunchesPass : impl::OutlineLaunchesBase<OutlineLaunchesPass> {
  LogicalResult outlineAll(func::FuncOp function) {
    auto loops = llvm::to_vector(function.getBody().front().getOps<scf::ParallelOp>());
    for (auto [number, loop] : llvm::enumerate(loops))
      if (failed(outline(loop, (function.getSymName() + "_" + Twine(number)).str())))
        return failure();
    for (Operation &left : function.getBody().front().without_terminator())
      if (!isMemoryEffectFree(&left))
        return left.emitError() << "code outside of every parallel loop has an effect";
    function.erase();
    return success();
  }

  // An entry already, or what a main loop calls.
  static bool isPartOfProduct(func::FuncOp function) {
    return function.isExternal() || function->hasAttr(kernel::kBlocksAttr) ||
           function.getNumArguments() != 0;
  }

  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (!isPartOfProduct(function) && failed(outlineAll(function)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mdc::lower
