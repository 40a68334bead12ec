#include "compiler/compress/Cholesky.h"

#include <algorithm>
#include <cmath>

namespace mdc::compress {

namespace {

constexpr int64_t kBlock = 64;    // rows of a diagonal block
constexpr int64_t kColumns = 256; // columns updated at a time: one row of them stays in L1

// target[0, columns) -= sum of factors[p] * rows[p][0, columns), p in order.
void subtractRows(double *target, const double *factors, const double *rows, int64_t rowStride,
                  int64_t count, int64_t columns) {
  int64_t p = 0;
  for (; p + 4 <= count; p += 4) {
    const double *r0 = rows + p * rowStride, *r1 = r0 + rowStride, *r2 = r1 + rowStride,
                 *r3 = r2 + rowStride;
    double f0 = factors[p], f1 = factors[p + 1], f2 = factors[p + 2], f3 = factors[p + 3];
    for (int64_t k = 0; k < columns; ++k)
      target[k] -= f0 * r0[k] + f1 * r1[k] + f2 * r2[k] + f3 * r3[k];
  }
  for (; p < count; ++p)
    for (int64_t k = 0; k < columns; ++k)
      target[k] -= factors[p] * rows[p * rowStride + k];
}

// Factors the rows and columns [begin, end) of the diagonal, whose earlier columns are done.
bool factorBlock(SquareMatrix &matrix, int64_t begin, int64_t end) {
  for (int64_t column = begin; column < end; ++column) {
    double *pivotRow = matrix.row(column);
    double pivot = pivotRow[column];
    for (int64_t p = begin; p < column; ++p)
      pivot -= pivotRow[p] * pivotRow[p];
    if (!(pivot > 0))
      return false;
    pivotRow[column] = std::sqrt(pivot);
    for (int64_t below = column + 1; below < end; ++below) {
      double *row = matrix.row(below);
      double value = row[column];
      for (int64_t p = begin; p < column; ++p)
        value -= row[p] * pivotRow[p];
      row[column] = value / pivotRow[column];
    }
  }
  return true;
}

// The columns [begin, end) of all rows below a factored diagonal block, kept transposed in `panel`
// as well: panel[p][row - end], with rows of `matrix.extent`.
void factorPanel(SquareMatrix &matrix, int64_t begin, int64_t end, std::vector<double> &panel) {
  int64_t extent = matrix.extent, below = extent - end;
  for (int64_t row = end; row < extent; ++row)
    for (int64_t p = begin; p < end; ++p)
      panel[(p - begin) * extent + row - end] = matrix.row(row)[p];
  for (int64_t column = begin; column < end; ++column) {
    double *values = &panel[(column - begin) * extent];
    const double *pivotRow = matrix.row(column);
    subtractRows(values, pivotRow + begin, panel.data(), extent, column - begin, below);
    for (int64_t k = 0; k < below; ++k)
      values[k] /= pivotRow[column];
  }
  for (int64_t row = end; row < extent; ++row)
    for (int64_t p = begin; p < end; ++p)
      matrix.row(row)[p] = panel[(p - begin) * extent + row - end];
}

} // namespace

bool factorCholesky(SquareMatrix &matrix) {
  int64_t extent = matrix.extent;
  std::vector<double> panel(std::min(kBlock, extent) * extent);
  for (int64_t begin = 0; begin < extent; begin += kBlock) {
    int64_t end = std::min(begin + kBlock, extent);
    if (!factorBlock(matrix, begin, end))
      return false;
    factorPanel(matrix, begin, end, panel);
    for (int64_t first = end; first < extent; first += kColumns)
      for (int64_t row = first; row < extent; ++row)
        subtractRows(matrix.row(row) + first, matrix.row(row) + begin, &panel[first - end], extent,
                     end - begin, std::min(first + kColumns, row + 1) - first);
  }
  for (int64_t row = 0; row < extent; ++row)
    std::fill(matrix.row(row) + row + 1, matrix.row(row) + extent, 0);
  return true;
}

void invertLower(SquareMatrix &lower) {
  int64_t extent = lower.extent;
  std::vector<double> factors(std::min(kBlock, extent) * extent);
  for (int64_t begin = 0; begin < extent; begin += kBlock) {
    int64_t end = std::min(begin + kBlock, extent);
    for (int64_t row = begin; row < end; ++row) {
      std::copy_n(lower.row(row), row + 1, &factors[(row - begin) * extent]);
      std::fill_n(lower.row(row), row, 0);
    }
    // Rows above the block are inverted: each is read once for all rows of the block.
    for (int64_t first = 0; first < begin; first += kColumns)
      for (int64_t row = begin; row < end; ++row)
        subtractRows(lower.row(row) + first, &factors[(row - begin) * extent] + first,
                     lower.row(first) + first, extent, begin - first,
                     std::min(kColumns, begin - first));
    for (int64_t row = begin; row < end; ++row) {
      const double *own = &factors[(row - begin) * extent];
      subtractRows(lower.row(row), own + begin, lower.row(begin), extent, row - begin, row);
      for (int64_t k = 0; k < row; ++k)
        lower.row(row)[k] /= own[row];
      lower.row(row)[row] = 1 / own[row];
    }
  }
}

void solveCholesky(const SquareMatrix &lower, std::vector<double> &sides, int64_t count) {
  int64_t extent = lower.extent;
  auto divide = [&](int64_t row) {
    for (int64_t side = 0; side < count; ++side)
      sides[row * count + side] /= lower.row(row)[row];
  };
  for (int64_t row = 0; row < extent; ++row) {
    subtractRows(&sides[row * count], lower.row(row), sides.data(), count, row, count);
    divide(row);
  }
  for (int64_t row = extent; row-- > 0;) {
    divide(row);
    for (int64_t above = 0; above < row; ++above)
      for (int64_t side = 0; side < count; ++side)
        sides[above * count + side] -= lower.row(row)[above] * sides[row * count + side];
  }
}

} // namespace mdc::compress
