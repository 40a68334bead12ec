#include "compiler/lower/kernels/Matmul.h"

#include "compiler/lower/Packing.h"
#include "compiler/lower/SparseCost.h"
#include "compiler/lower/kernels/MatmulEmitter.h"

using namespace mlir;

namespace mdc::lower {

// The element types that a kernel exists for.
static bool hasKernel(graph::MatmulOp root) {
  Type lhs = root.getLhs().getType().getElementType(),
       rhs = root.getRhs().getType().getElementType();
  if (lhs.isUnsignedInteger(8)) // groups are read from one row
    return rhs.isSignlessInteger(8) && !root.getTransposeLhs();
  return lhs.isF32() && (rhs.isF32() || rhs.isSignlessInteger(8));
}

static bool readable(RegionEmitter &emitter, Value operand) {
  return isa<BlockArgument>(operand) && emitter.argumentLayout(operand).channelBlock == 1;
}

static Packing::Kind packingKind(graph::MatmulOp root) {
  return root.getLhs().getType().getElementType().isF32() ? Packing::Kind::Panels
                                                          : Packing::Kind::Groups;
}

// Whether panels of bytes become f32 in memory first: rows enough share one, and it fits the stack.
static bool widensPanels(graph::MatmulOp root, const MatmulShape &shape, int64_t panelColumns,
                         const Machine &machine) {
  if (packingKind(root) == Packing::Kind::Groups ||
      root.getRhs().getType().getElementType().isF32())
    return false;
  auto rows = graph::constantOf(shape.rows);
  bool fewRows = rows && *rows <= matmulTile(machine, panelColumns, rows).rows;
  int64_t bytes = *graph::constantOf(shape.depth) * panelColumns * (int64_t)sizeof(float);
  return !fewRows && bytes <= kMostPanelBytes;
}

LogicalResult emitMatmul(RegionEmitter &emitter, graph::MatmulOp root) {
  if (!hasKernel(root) || !readable(emitter, root.getLhs()) || !readable(emitter, root.getRhs()) ||
      !resultsFollow(emitter, root.getResult()) ||
      !emitter.argumentLayout(root.getLhs()).rowMajor())
    return failure();
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    if (!emitter.resultLayout(number).rowMajor())
      return failure();
  MatmulShape shape = matmulShape(root);
  auto columns = graph::constantOf(shape.columns), depth = graph::constantOf(shape.depth);
  const std::string &packing = emitter.argumentLayout(root.getRhs()).packing;
  if (!packing.empty()) {
    auto packed = parsePacking(packing);
    if (!packed || packed->kind != packingKind(root) ||
        packed->transposed != root.getTransposeRhs() || !columns || !depth)
      return failure();
    MatmulEmitter kernel(emitter, root, shape, packed->panel);
    if (packed->bits)
      kernel.emitExpanded(*packed);
    else if (widensPanels(root, shape, packed->panel, emitter.machine))
      kernel.emitWidened();
    else
      kernel.emitPackedAhead();
    return success();
  }
  if (!root.getRhs().getType().getElementType().isF32())
    return failure();
  SmallVector<int64_t> most;
  if (auto max = emitter.source->getAttrOfType<DenseI64ArrayAttr>("graph.max"))
    most.assign(max.asArrayRef().begin(), max.asArrayRef().end());
  if (!depth && most.empty())
    return failure();
  int64_t mostDepth = std::max<int64_t>(1, graph::evaluate(shape.depth, most));
  int64_t panel = columns ? matmulPanelColumns(*columns) : 2 * kLanes;
  if (mostDepth * panel * (int64_t)sizeof(float) > kMostPanelBytes)
    return failure();
  MatmulEmitter(emitter, root, shape, panel).emitPackedHere(mostDepth);
  return success();
}

std::string matmulTileText(graph::MatmulOp root, const Layout &rhs, const Machine &machine) {
  if (!hasKernel(root) ||
      (rhs.packing.empty() && !root.getRhs().getType().getElementType().isF32()))
    return "";
  MatmulShape shape = matmulShape(root);
  auto packed = parsePacking(rhs.packing);
  auto columns = graph::constantOf(shape.columns);
  int64_t panel = packed ? packed->panel : columns ? matmulPanelColumns(*columns) : 2 * kLanes;
  RegisterTile tile =
      matmulTile(machine, panel, graph::constantOf(shape.rows), matmulTerms(root, shape, machine));
  return std::to_string(tile.rows) + "x" + std::to_string(tile.vectors * kLanes) +
         (packed && packed->bits ? " expanded" : "");
}

std::string matmulPacking(graph::MatmulOp root, graph::ConstantOp weight) {
  RankedTensorType type = root.getRhs().getType();
  if (!type.hasStaticShape() || !hasKernel(root) || type.getNumElements() == 0)
    return "";
  AffineExpr rows = matmulShape(root).rows;
  int64_t leastRows = graph::constantOf(rows).value_or(1),
          mostRows = graph::largestOf(root->getParentOfType<func::FuncOp>(), rows);
  Packing packing;
  packing.kind = packingKind(root);
  packing.transposed = root.getTransposeRhs();
  packing.panel =
      matmulPanelColumns(type.getShape()[type.getRank() - (packing.transposed ? 2 : 1)]);
  if (packing.kind == Packing::Kind::Panels && type.getElementType().isF32())
    packing.bits = leavesOutZeros(weight, sparseBits(type, packing), leastRows, mostRows);
  return packingText(packing);
}

} // namespace mdc::lower
