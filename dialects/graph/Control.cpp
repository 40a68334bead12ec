#include "dialects/graph/Graph.h"

using namespace mlir;

namespace mdc::graph {

LogicalResult FusedOp::verify() {
  Block &body = getBody().front();
  if (!llvm::equal(body.getArgumentTypes(), getInputs().getTypes()))
    return emitOpError("C1: block arguments differ from the operands' types");
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || !llvm::equal(yield.getOperandTypes(), getResultTypes()))
    return emitOpError("C2: the body does not end in graph.yield of the results' types");
  return success();
}

} // namespace mdc::graph
