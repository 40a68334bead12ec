// Triangular factors of symmetric positive definite matrices, in double precision. Plain loops over
// rows that the compiler vectorizes; sums have one fixed order, so that a build is the same on
// every machine. Cost: n^3 / 3 multiply-adds for a factor and as many for its inverse, at 2 to 4
// billion a second.
#pragma once

#include <cstdint>
#include <vector>

namespace mdc::compress {

// A square matrix, row-major.
struct SquareMatrix {
  int64_t extent = 0;
  std::vector<double> values;

  explicit SquareMatrix(int64_t extent) : extent(extent), values(extent * extent, 0) {}
  double *row(int64_t index) { return values.data() + index * extent; }
  const double *row(int64_t index) const { return values.data() + index * extent; }
};

// Replaces the lower triangle (the diagonal included) of a symmetric matrix by its Cholesky factor
// L, matrix = L L^T, and clears the rest. False if a pivot is not positive: the matrix is not
// definite.
bool factorCholesky(SquareMatrix &matrix);

// Replaces a lower triangular matrix with a non-zero diagonal by its inverse.
void invertLower(SquareMatrix &lower);

// Solves L L^T x = b in place, for `count` right sides that lie side by side: b[row * count +
// side].
void solveCholesky(const SquareMatrix &lower, std::vector<double> &sides, int64_t count);

} // namespace mdc::compress
