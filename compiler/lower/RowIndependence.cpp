#include "compiler/lower/RowIndependence.h"

#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mdc::lower {
namespace {

using graph::Extents;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

bool mentions(AffineExpr expr, unsigned symbol) { return expr.isFunctionOfSymbol(symbol); }

bool mentions(AffineMap map, unsigned symbol) {
  return llvm::any_of(map.getResults(), [&](AffineExpr e) { return mentions(e, symbol); });
}

bool equal(AffineExpr a, AffineExpr b) {
  return a == b || graph::constantOf(graph::extentMap({a - b}, a.getContext()).getResult(0)) == 0;
}

/// `extent` / symbol where that is an expression without the symbol; else null.
AffineExpr perRowOf(AffineExpr extent, unsigned symbol) {
  if (auto same = dyn_cast<AffineSymbolExpr>(extent); same && same.getPosition() == symbol)
    return getAffineConstantExpr(1, extent.getContext());
  auto binary = dyn_cast<AffineBinaryOpExpr>(extent);
  if (!binary)
    return {};
  AffineExpr lhs = binary.getLHS(), rhs = binary.getRHS();
  if (extent.getKind() == AffineExprKind::Mul) {
    if (mentions(rhs, symbol))
      std::swap(lhs, rhs);
    AffineExpr part = mentions(rhs, symbol) ? AffineExpr() : perRowOf(lhs, symbol);
    return part ? part * rhs : part;
  }
  AffineExpr left = perRowOf(lhs, symbol), right = perRowOf(rhs, symbol);
  return extent.getKind() == AffineExprKind::Add && left && right ? left + right : AffineExpr();
}

/// Where a value holds its rows: index i of `axis` belongs to row i / perRow.
struct Rows {
  int64_t axis;
  AffineExpr perRow;
};

/// One walk over a function. `std::nullopt` of a value: it has no rows and depends on none.
class RowWalk {
public:
  explicit RowWalk(unsigned symbol) : symbol(symbol) {}

  std::optional<RowDependence> run(func::FuncOp function);

private:
  using State = std::optional<Rows>;

  State fail(const Twine &why) {
    reason = why.str();
    return std::nullopt;
  }
  bool failed() const { return !reason.empty(); }
  State stateOf(Value value) const { return states.lookup(value); }
  bool hasRows(Value value) const { return states.lookup(value).has_value(); }

  void visit(Operation *op);
  State resultOf(Operation *op, OpResult result);
  State kept(Value input, ArrayRef<int64_t> mixedAxes);
  State aligned(ValueRange operands, int64_t resultRank);
  State joined(State first, State second);
  State reshaped(graph::ReshapeOp op);
  State broadcast(graph::BroadcastOp op);
  State transposed(graph::TransposeOp op);
  State product(graph::MatmulOp op);
  State convolved(graph::ConvOp op);
  State sliced(graph::SliceOp op);
  State padded(graph::PadOp op);
  State resized(graph::ResizeOp op);
  State gathered(graph::GatherOp op);
  State gatheredElements(graph::GatherElementsOp op);
  State gatheredNd(graph::GatherNdOp op);
  State counted(graph::IotaOp op);
  State rowsOfType(RankedTensorType type);
  bool isIndexOfAnyRow(Value indices);
  bool agrees(RankedTensorType type, const State &state);

  unsigned symbol;
  llvm::DenseMap<Value, State> states;
  std::string reason; ///< of the op that is visited; empty: none
};

/// Rows along the one axis whose extent mentions the symbol.
RowWalk::State RowWalk::rowsOfType(RankedTensorType type) {
  State found;
  for (auto [axis, extent] : llvm::enumerate(graph::extentsOf(type))) {
    if (!mentions(extent, symbol))
      continue;
    AffineExpr perRow = perRowOf(extent, symbol);
    if (found || !perRow)
      return fail("rows lie along more than one axis");
    found = Rows{int64_t(axis), perRow};
  }
  return found;
}

bool RowWalk::agrees(RankedTensorType type, const State &state) {
  for (auto [axis, extent] : llvm::enumerate(graph::extentsOf(type))) {
    bool carries = state && state->axis == int64_t(axis);
    if (!carries && mentions(extent, symbol))
      return false;
    AffineExpr perRow = carries ? perRowOf(extent, symbol) : AffineExpr();
    if (carries && (!perRow || !equal(perRow, state->perRow)))
      return false;
  }
  return true;
}

/// The input's rows, unless their axis is one of those that the op combines or reorders.
RowWalk::State RowWalk::kept(Value input, ArrayRef<int64_t> mixedAxes) {
  State rows = stateOf(input);
  return rows && llvm::is_contained(mixedAxes, rows->axis) ? fail("combines the rows") : rows;
}

RowWalk::State RowWalk::joined(State first, State second) {
  if (!first || !second)
    return first ? first : second;
  return first->axis == second->axis && equal(first->perRow, second->perRow)
             ? first
             : fail("brings rows of two axes together");
}

/// Operands that broadcast against each other, aligned at the last axis.
RowWalk::State RowWalk::aligned(ValueRange operands, int64_t resultRank) {
  State all;
  for (Value operand : operands) {
    State rows = stateOf(operand);
    if (rows)
      rows->axis += resultRank - typeOf(operand).getRank();
    all = joined(all, rows);
    if (failed())
      return std::nullopt;
  }
  return all;
}

/// The same elements in the same order: as many before a row's axis, and rows of one size there.
RowWalk::State RowWalk::reshaped(graph::ReshapeOp op) {
  State rows = stateOf(op.getInput());
  if (!rows)
    return rows;
  Extents from = graph::extentsOf(op.getInput().getType()), to = graph::extentsOf(op.getType());
  AffineExpr before = graph::elementCount(ArrayRef(from).take_front(rows->axis), op.getContext());
  AffineExpr passed = getAffineConstantExpr(1, op.getContext());
  for (auto [axis, extent] : llvm::enumerate(to)) {
    if (mentions(extent, symbol)) {
      AffineExpr perRow = perRowOf(extent, symbol);
      return perRow && equal(passed, before) ? State(Rows{int64_t(axis), perRow})
                                             : fail("takes rows apart");
    }
    passed = passed * extent;
  }
  return fail("merges the rows");
}

RowWalk::State RowWalk::broadcast(graph::BroadcastOp op) {
  State rows = aligned(op.getInput(), op.getType().getRank());
  return rows || failed() ? rows : rowsOfType(op.getType());
}

RowWalk::State RowWalk::transposed(graph::TransposeOp op) {
  State rows = stateOf(op.getInput());
  if (rows)
    rows->axis = llvm::find(op.getPermutation(), rows->axis) - op.getPermutation().begin();
  return rows;
}

RowWalk::State RowWalk::product(graph::MatmulOp op) {
  int64_t rank = op.getType().getRank();
  State lhs = aligned(op.getLhs(), rank), rhs = aligned(op.getRhs(), rank);
  int64_t depthOfLhs = rank - (op.getTransposeLhs() ? 2 : 1);
  int64_t depthOfRhs = rank - (op.getTransposeRhs() ? 1 : 2);
  if ((lhs && lhs->axis == depthOfLhs) || (rhs && rhs->axis == depthOfRhs))
    return fail("sums over the rows");
  if (lhs && lhs->axis >= rank - 2)
    lhs->axis = rank - 2;
  if (rhs && rhs->axis >= rank - 2)
    rhs->axis = rank - 1;
  return joined(lhs, rhs);
}

RowWalk::State RowWalk::convolved(graph::ConvOp op) {
  State rows = stateOf(op.getInput());
  if (hasRows(op.getWeight()) || (op.getBias() && hasRows(op.getBias())))
    return fail("has weights that depend on the rows");
  return rows && rows->axis != 0 ? fail("combines the rows") : rows;
}

RowWalk::State RowWalk::sliced(graph::SliceOp op) {
  State rows = stateOf(op.getInput());
  if (mentions(op.getStarts(), symbol))
    return fail("starts where the number of rows says");
  if (!rows)
    return rows;
  bool whole = graph::constantOf(op.getStarts().getResult(rows->axis)) == 0 &&
               op.getSteps()[rows->axis] == 1;
  return whole ? rows : fail("takes some of the rows");
}

RowWalk::State RowWalk::padded(graph::PadOp op) {
  State rows = stateOf(op.getInput());
  if (hasRows(op.getValue()))
    return fail("has a border that depends on the rows");
  if (rows && (op.getLow()[rows->axis] != 0 || op.getHigh()[rows->axis] != 0))
    return fail("adds or crops rows");
  return rows;
}

RowWalk::State RowWalk::resized(graph::ResizeOp op) {
  State rows = stateOf(op.getInput());
  bool asItIs = !rows || (op.getScales()[rows->axis] == 1.0 && op.getOffsets()[rows->axis] == 0.0);
  return asItIs ? rows : fail("samples between the rows");
}

/// An index that a row of zeros brings must not be out of range, which would fail the request: it
/// is one that the client sent, moved but not computed with.
bool RowWalk::isIndexOfAnyRow(Value indices) {
  if (!hasRows(indices) || isa<BlockArgument>(indices))
    return true;
  Operation *op = indices.getDefiningOp();
  return isa<graph::ReshapeOp, graph::TransposeOp, graph::BroadcastOp, graph::SliceOp,
             graph::ConcatOp, graph::CastOp>(op) &&
         llvm::all_of(op->getOperands(), [&](Value operand) { return isIndexOfAnyRow(operand); });
}

RowWalk::State RowWalk::gathered(graph::GatherOp op) {
  State data = stateOf(op.getData()), indices = stateOf(op.getIndices());
  int64_t axis = op.getAxis(), indexRank = typeOf(op.getIndices()).getRank();
  if (data && data->axis == axis)
    return fail("chooses rows by index");
  if (!isIndexOfAnyRow(op.getIndices()))
    return fail("reads at an index that is computed from the rows");
  if (data && data->axis > axis)
    data->axis += indexRank - 1;
  if (indices)
    indices->axis += axis;
  return joined(data, indices);
}

RowWalk::State RowWalk::gatheredElements(graph::GatherElementsOp op) {
  State data = stateOf(op.getData()), indices = stateOf(op.getIndices());
  int64_t axis = op.getAxis();
  bool rowsOfFixedData = !data && indices && indices->axis != axis;
  if ((data && data->axis == axis) || rowsOfFixedData)
    return fail("chooses rows by index");
  if (!isIndexOfAnyRow(op.getIndices()))
    return fail("reads at an index that is computed from the rows");
  return joined(data, indices);
}

RowWalk::State RowWalk::gatheredNd(graph::GatherNdOp op) {
  State data = stateOf(op.getData()), indices = stateOf(op.getIndices());
  int64_t batchDims = op.getBatchDims();
  if (!isIndexOfAnyRow(op.getIndices()))
    return fail("reads at an index that is computed from the rows");
  if (data && (data->axis >= batchDims || !indices))
    return fail("chooses rows by index");
  return joined(data, indices);
}

RowWalk::State RowWalk::counted(graph::IotaOp op) {
  State rows = rowsOfType(op.getType());
  return rows && rows->axis == int64_t(op.getAxis()) ? fail("numbers the rows") : rows;
}

RowWalk::State RowWalk::resultOf(Operation *op, OpResult result) {
  int64_t rank = typeOf(result).getRank();
  return llvm::TypeSwitch<Operation *, State>(op)
      .Case<graph::UnaryOp, graph::BinaryOp, graph::CompareOp, graph::SelectOp, graph::CastOp,
            graph::QuantizeOp, graph::DequantizeOp>(
          [&](Operation *) { return aligned(op->getOperands(), rank); })
      .Case([&](graph::ConcatOp concat) {
        State rows = aligned(op->getOperands(), rank);
        return rows && rows->axis == int64_t(concat.getAxis()) ? fail("joins rows") : rows;
      })
      .Case([&](graph::ReshapeOp reshape) { return reshaped(reshape); })
      .Case([&](graph::BroadcastOp wider) { return broadcast(wider); })
      .Case([&](graph::TransposeOp transpose) { return transposed(transpose); })
      .Case([&](graph::MatmulOp matmul) { return product(matmul); })
      .Case([&](graph::ConvOp conv) { return convolved(conv); })
      .Case([&](graph::PoolOp pool) {
        State rows = stateOf(pool.getInput());
        return rows && rows->axis > 1 ? fail("combines the rows") : rows;
      })
      .Case([&](graph::ResizeOp resize) { return resized(resize); })
      .Case([&](graph::SliceOp slice) { return sliced(slice); })
      .Case([&](graph::PadOp pad) { return padded(pad); })
      .Case([&](graph::GatherOp gather) { return gathered(gather); })
      .Case([&](graph::GatherElementsOp gather) { return gatheredElements(gather); })
      .Case([&](graph::GatherNdOp gather) { return gatheredNd(gather); })
      .Case([&](graph::IotaOp iota) { return counted(iota); })
      .Case([&](graph::ReduceOp reduce) { return kept(reduce.getInput(), reduce.getAxes()); })
      .Case<graph::ArgReduceOp, graph::SoftmaxOp, graph::CumSumOp>(
          [&](auto along) { return kept(along.getInput(), {int64_t(along.getAxis())}); })
      .Case([&](graph::QuantizeRowsOp rows) { return kept(rows.getInput(), {rank - 1}); })
      .Case([&](graph::QuantizeRowsOp rows) {
        return kept(rows.getInput(), {typeOf(rows.getInput()).getRank() - 1});
      })
      .Case([&](graph::NormOp norm) {
        State rows = stateOf(norm.getInput());
        return rows && rows->axis >= int64_t(norm.getAxis()) ? fail("combines the rows") : rows;
      })
      .Case<graph::ConstantOp>([](auto) { return State(); })
      .Case([&](graph::ExtentsOp extents) {
        return mentions(extents.getMap(), symbol) ? fail("computes with the number of rows")
                                                  : State();
      })
      .Default([&](Operation *) {
        return llvm::any_of(op->getOperands(), [&](Value v) { return hasRows(v); })
                   ? fail("is not known to keep rows apart")
                   : State();
      });
}

void RowWalk::visit(Operation *op) {
  for (OpResult result : op->getResults()) {
    State state = resultOf(op, result);
    if (!failed() && !agrees(typeOf(result), state))
      fail("does not keep rows apart");
    if (failed())
      return;
    states[result] = state;
  }
}

std::optional<RowDependence> RowWalk::run(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments()) {
    states[argument] = rowsOfType(typeOf(argument));
    if (failed())
      return RowDependence{argument.getLoc(), "an input's " + reason};
  }
  for (Operation &op : function.front().without_terminator()) {
    visit(&op);
    if (failed())
      return RowDependence{op.getLoc(), (op.getName().getStringRef() + " " + reason).str()};
  }
  return std::nullopt;
}

} // namespace

std::optional<RowDependence> rowDependence(func::FuncOp function, unsigned symbol) {
  return RowWalk(symbol).run(function);
}

} // namespace mdc::lower
