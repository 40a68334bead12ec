// Products of matrices.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {

// Einsum.cpp
Values einsum(NodeContext &n);

namespace {

// NumPy's matmul: a vector stands for a row on the left and for a column on the right.
Value product(NodeContext &n, Value a, Value b) {
  if (!a || !b)
    return {};
  if (rankOf(a) == 0 || rankOf(b) == 0) {
    n.fail("an operand is a scalar, expected rank 1 or more");
    return {};
  }
  bool rowVector = rankOf(a) == 1, columnVector = rankOf(b) == 1;
  if (rowVector)
    a = n.withAxes(a, {0});
  if (columnVector)
    b = n.withAxes(b, {1});
  Value result = n.matmul(a, b);
  Integers dropped;
  if (result && rowVector)
    dropped.push_back(rankOf(result) - 2);
  if (result && columnVector)
    dropped.push_back(rankOf(result) - 1);
  return n.withoutAxes(result, dropped);
}

Values matmul(NodeContext &n) { return {product(n, n.input(0), n.input(1))}; }

Values gemm(NodeContext &n) {
  Value a = n.input(0), b = n.input(1), c = n.optionalInput(2);
  double alpha = n.number("alpha", 1), beta = n.number("beta", 1);
  Value result = n.matmul(a, b, n.integer("transA", 0) != 0, n.integer("transB", 0) != 0);
  if (alpha != 1)
    result = n.mul(result, alpha);
  if (!c || beta == 0)
    return {result};
  return {n.add(result, beta == 1 ? c : n.mul(c, beta))};
}

// As i32 with the zero point taken off; one for each row of the left operand, each column of the
// right one.
Value centred(NodeContext &n, Value x, Value zeroPoint, bool isRows) {
  Type i32 = n.builder.getI32Type();
  Value wide = n.cast(x, i32);
  if (!zeroPoint || !wide)
    return wide;
  Value zero = n.cast(zeroPoint, i32);
  if (isRows && rankOf(zero) == 1 && graph::constantOf(extentsOf(zero)[0]) != 1)
    zero = n.withAxes(zero, {1});
  return n.sub(wide, zero);
}

Values matmulInteger(NodeContext &n) {
  Value a = centred(n, n.input(0), n.optionalInput(2), true);
  Value b = centred(n, n.input(1), n.optionalInput(3), false);
  return {product(n, a, b)};
}

} // namespace

llvm::ArrayRef<OpRow> matmulOps() {
  static constexpr OpRow rows[] = {
      {"MatMul", 1, kLastOpset, matmul},
      {"Gemm", 1, kLastOpset, gemm},
      {"MatMulInteger", 10, kLastOpset, matmulInteger},
      {"Einsum", 12, kLastOpset, einsum},
  };
  return rows;
}

} // namespace mdc::importer
