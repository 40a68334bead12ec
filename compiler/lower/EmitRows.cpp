// Roots that look at a whole row before they yield its first element: softmax and norm.
#include "compiler/lower/Reduction.h"
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// One row (or, with lanes across, kLanes rows side by side) of a row-wise root.
struct Row {
  RegionEmitter &emitter;
  ArrayRef<int64_t> axes;
  const graph::Extents &extents;
  const Indices &indices;
  bool along;    // lanes run inside the row
  int64_t lanes; // of one step
  Value mask;    // of rows side by side
  Type element;
  OpBuilder &b = emitter.builder;

  // Combines term(at) over the row; the result is splat to `lanes`.
  // `term` also gets the mask of lanes that belong to the row or rows (null: all).
  Value reduce(graph::ReduceKind kind, llvm::function_ref<Value(const Indices &, Value)> term) {
    auto step = [&](const Indices &at, ValueRange carried, Value valid) -> SmallVector<Value> {
      Value value = term(at, valid ? valid : mask);
      if (valid)
        value = arith::SelectOp::create(b, emitter.loc(), valid, value,
                                        emitter.neutral(kind, element, lanes));
      return {emitter.combine(kind, carried[0], value)};
    };
    Value start = emitter.neutral(kind, element, lanes);
    if (!along)
      return reduceAcross(emitter, axes, extents, indices, start, step)[0];
    Value sums = reduceAlong(emitter, axes, extents, indices, lanes, start, step)[0];
    return emitter.splat(emitter.reduceLanes(kind, sums), lanes);
  }

  // Calls visit(at, mask) for every step of the row.
  void forEach(llvm::function_ref<void(const Indices &, Value)> visit) {
    auto step = [&](const Indices &at, ValueRange, Value valid) -> SmallVector<Value> {
      visit(at, valid ? valid : mask);
      return {};
    };
    if (along)
      reduceAlong(emitter, axes, extents, indices, lanes, {}, step);
    else
      reduceAcross(emitter, axes, extents, indices, {}, step);
  }
};

} // namespace

static void forEachRow(RegionEmitter &emitter, Operation *root, ArrayRef<int64_t> axes, double work,
                       llvm::function_ref<void(Row &)> body) {
  auto type = cast<RankedTensorType>(root->getResult(0).getType());
  graph::Extents extents = graph::extentsOf(type), rows = extents;
  for (int64_t axis : axes) {
    work *= graph::constantOf(extents[axis]).value_or(64);
    rows[axis] = getAffineConstantExpr(1, type.getContext());
  }
  bool along = reducesAlongLanes(emitter, axes, extents);
  int64_t ofRow = rowLanes(emitter, root->getOperand(0), /*storesRows=*/true);
  forEachPoint(emitter, graph::tensorOf(rows, type.getElementType()), emitter.resultLayout(0),
               along ? work / kLanes * 2 : work, along ? Points::Rows : Points::Lanes,
               [&](const Indices &indices, int64_t lanes, Value mask) {
                 Row row{emitter, axes,
                         extents, indices,
                         along,   along ? ofRow : lanes,
                         mask,    RegionEmitter::computeType(type.getElementType())};
                 body(row);
               });
}

void emitSoftmax(RegionEmitter &emitter, graph::SoftmaxOp root) {
  SmallVector<int64_t> axes = {(int64_t)root.getAxis()};
  // The exponentials wait in the result's own memory where that has their type.
  auto elementOf = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getElementType();
  };
  bool keep = !root.getLogarithm() && elementOf(emitter.yielded(0)).isF32() &&
              RegionEmitter::computeType(elementOf(root.getResult())).isF32();
  forEachRow(emitter, root, axes, workOf(emitter) + 25, [&](Row &row) {
    OpBuilder &b = emitter.builder;
    Location loc = emitter.loc();
    auto input = [&](const Indices &at) {
      return emitter.evaluate(root.getInput(), at, row.lanes);
    };
    Value largest =
        row.reduce(graph::ReduceKind::Max, [&](const Indices &at, Value) { return input(at); });
    auto exponential = [&](const Indices &at) -> Value {
      return math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, input(at), largest));
    };
    Value sum = row.reduce(graph::ReduceKind::Sum, [&](const Indices &at, Value mask) {
      Value e = exponential(at);
      if (keep)
        emitter.store(0, at, e, row.lanes, mask);
      return e;
    });
    Value scale =
        root.getLogarithm()
            ? Value(math::LogOp::create(b, loc, sum))
            : arith::DivFOp::create(b, loc, emitter.constant(row.element, 1, row.lanes), sum);
    row.forEach([&](const Indices &at, Value mask) {
      Value value;
      if (root.getLogarithm()) {
        value =
            arith::SubFOp::create(b, loc, arith::SubFOp::create(b, loc, input(at), largest), scale);
      } else {
        Value e = keep ? emitter.reload(0, at, row.lanes) : exponential(at);
        value = arith::MulFOp::create(b, loc, e, scale);
      }
      emitter.newPoint();
      emitter.define(root.getResult(), value);
      emitter.storeResult(0, at, row.lanes, mask);
    });
  });
}

void emitNorm(RegionEmitter &emitter, graph::NormOp root) {
  SmallVector<int64_t> axes =
      llvm::to_vector(llvm::seq<int64_t>(root.getAxis(), root.getType().getRank()));
  bool layer = root.getKind() == graph::NormKind::Layer;
  forEachRow(emitter, root, axes, 3 * workOf(emitter), [&](Row &row) {
    OpBuilder &b = emitter.builder;
    Location loc = emitter.loc();
    Value count = countOf(emitter, axes, row.extents, row.element, row.lanes);
    Value mean;
    if (layer) {
      Value sum = row.reduce(graph::ReduceKind::Sum, [&](const Indices &at, Value) {
        return emitter.evaluate(root.getInput(), at, row.lanes);
      });
      mean = arith::DivFOp::create(b, loc, sum, count);
    }
    auto centred = [&](const Indices &at) {
      Value x = emitter.evaluate(root.getInput(), at, row.lanes);
      return layer ? Value(arith::SubFOp::create(b, loc, x, mean)) : x;
    };
    Value squares = row.reduce(graph::ReduceKind::Sum, [&](const Indices &at, Value) -> Value {
      Value x = centred(at);
      return arith::MulFOp::create(b, loc, x, x);
    });
    Value variance = arith::DivFOp::create(b, loc, squares, count);
    Value epsilon = emitter.constant(row.element, root.getEpsilon().convertToDouble(), row.lanes);
    Value deviation =
        math::SqrtOp::create(b, loc, arith::AddFOp::create(b, loc, variance, epsilon));
    Value scale =
        arith::DivFOp::create(b, loc, emitter.constant(row.element, 1, row.lanes), deviation);
    row.forEach([&](const Indices &at, Value mask) {
      Value value = arith::MulFOp::create(b, loc, centred(at), scale);
      emitter.newPoint();
      emitter.define(root.getResult(), value);
      for (unsigned result = 0; result < emitter.source.getNumResults(); ++result)
        emitter.storeResult(result, at, row.lanes, mask);
    });
  });
}

} // namespace mdc::lower
