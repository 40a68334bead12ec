#include "compiler/program/RegionCost.h"

#include "compiler/program/ElementTypes.h"
#include "dialects/graph/Shape.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace mlir;

namespace mdc::program {

uint64_t elementCountOf(RankedTensorType type, llvm::ArrayRef<int64_t> extents) {
  uint64_t count = 1;
  for (AffineExpr extent : graph::extentsOf(type))
    count *= uint64_t(graph::evaluate(extent, extents));
  return count;
}

static uint64_t countOf(Value value, llvm::ArrayRef<int64_t> extents) {
  return elementCountOf(cast<RankedTensorType>(value.getType()), extents);
}

static uint64_t innerExtentOf(graph::MatmulOp op, llvm::ArrayRef<int64_t> extents) {
  auto type = cast<RankedTensorType>(op.getLhs().getType());
  int64_t axis = type.getRank() - (op.getTransposeLhs() ? 2 : 1);
  return graph::evaluate(graph::extentsOf(type)[axis], extents);
}

static uint64_t macsOf(Operation *op, llvm::ArrayRef<int64_t> extents) {
  if (op->getNumResults() == 0)
    return 0;
  uint64_t results = countOf(op->getResult(0), extents);
  return llvm::TypeSwitch<Operation *, uint64_t>(op)
      .Case([&](graph::MatmulOp matmul) { return results * innerExtentOf(matmul, extents); })
      .Case([&](graph::ConvOp conv) {
        auto weight = cast<RankedTensorType>(conv.getWeight().getType());
        return results * countOf(conv.getWeight(), extents) / weight.getDimSize(0);
      })
      .Case([&](graph::ReduceOp reduce) { return countOf(reduce.getInput(), extents); })
      .Case([&](graph::PoolOp pool) {
        for (int64_t width : pool.getKernel())
          results *= width;
        return results;
      })
      .Case<graph::ConstantOp, graph::ExtentsOp>([](auto) { return 0; })
      .Default([&](Operation *) { return results; });
}

static uint64_t bytesOf(Value value, llvm::ArrayRef<int64_t> extents) {
  auto type = cast<RankedTensorType>(value.getType());
  return elementCountOf(type, extents) * elementBytesOf(type.getElementType());
}

// Whether nothing but gathers reads an argument of a region, as their table.
static bool isTable(BlockArgument argument) {
  return !argument.use_empty() && llvm::all_of(argument.getUses(), [](OpOperand &use) {
    return isa<graph::GatherOp, graph::GatherElementsOp, graph::GatherNdOp>(use.getOwner()) &&
           use.getOperandNumber() == 0;
  });
}

// What a call reads of an input: of a table the elements that are gathered.
static uint64_t readBytesOf(graph::FusedOp fused, unsigned input, llvm::ArrayRef<int64_t> extents) {
  uint64_t all = bytesOf(fused.getInputs()[input], extents), gathered = 0;
  BlockArgument argument = fused.getBody().getArgument(input);
  if (!isTable(argument))
    return all;
  uint64_t element = elementBytesOf(cast<RankedTensorType>(argument.getType()).getElementType());
  for (Operation *gather : argument.getUsers())
    gathered += countOf(gather->getResult(0), extents) * element;
  return std::min(all, gathered);
}

RegionCost costOf(graph::FusedOp fused, llvm::ArrayRef<int64_t> maxExtents) {
  RegionCost cost;
  for (Operation &op : fused.getBody().front())
    cost.macs += macsOf(&op, maxExtents);
  for (auto [number, input] : llvm::enumerate(fused.getInputs())) {
    cost.bytes += readBytesOf(fused, number, maxExtents);
    if (input.getDefiningOp<graph::ConstantOp>())
      cost.weightBytes += bytesOf(input, maxExtents);
  }
  for (Value result : fused.getResults())
    cost.bytes += bytesOf(result, maxExtents);
  return cost;
}

} // namespace mdc::program
