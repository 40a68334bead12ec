// What every tiled main loop does around its sums: which part of the product a block computes, and
// where the sums go.
#pragma once

#include "runtime/cuda/kernels/Matmul.h"

// A kernel has one main loop, inlined, so that what the compiler knows of the shape folds into it.
#define MDC_MAIN_LOOP(NAME, LOOP)                                                                  \
  extern "C" __attribute__((device, always_inline)) void NAME(const LOOP::Shape *shape,            \
                                                              const uint64_t *arguments) {         \
    LOOP::run(*shape, arguments);                                                                  \
  }

namespace mdc {

typedef float Quad __attribute__((ext_vector_type(4)));

MDC_INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
MDC_INLINE int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// A block's part: blocks along x are tiles of columns, along y of rows, along z batches, each
/// with all its splits one after another.
struct Part {
  int64_t batch, split;
  int64_t row, column;             // first of the tile
  int64_t depthBegin, depthEnd;    // of this split
  int64_t leftOffset, rightOffset; // of the batch, in elements
};

MDC_INLINE Part partOfBlock(const MdcMatmul &shape, int64_t tileRows, int64_t tileColumns,
                            int64_t tileDepth) {
  Part part;
  part.split = mdc_block_z() % shape.splits;
  part.batch = mdc_block_z() / shape.splits;
  part.row = mdc_block_y() * tileRows;
  part.column = mdc_block_x() * tileColumns;
  const int64_t depths = ceilDivide(ceilDivide(shape.depth, tileDepth), shape.splits) * tileDepth;
  part.depthBegin = smaller(part.split * depths, shape.depth);
  part.depthEnd = smaller(part.depthBegin + depths, shape.depth);
  const int64_t outer = part.batch / shape.innerBatches, inner = part.batch % shape.innerBatches;
  part.leftOffset = outer * shape.leftOuterStride + inner * shape.leftInnerStride;
  part.rightOffset = outer * shape.rightOuterStride + inner * shape.rightInnerStride;
  return part;
}

/// The left operand of a batch by its rows, or the right one by its columns: both are "lines".
template <class Element> struct Lines {
  const Element *first;
  int64_t lines, lineStride, depthEnd, depthStride;
  bool aligned; // to 16 bytes, along the axis of stride 1

  MDC_INLINE bool alongDepth() const { return depthStride == 1 || lineStride != 1; }
  MDC_INLINE const Element *at(int64_t line, int64_t k) const {
    return first + line * lineStride + k * depthStride;
  }
  /// How many elements there are from here on along the depth, or of further lines; `most` at the
  /// most. What all lines or all depths share is worked out first, once for all of them.
  MDC_INLINE int32_t inside(int64_t line, int64_t k, bool ofDepth, int32_t most) const {
    if (ofDepth) {
      const int32_t count = between(depthEnd - k, most);
      return line < lines ? count : 0;
    }
    const int32_t count = between(lines - line, most);
    return k < depthEnd ? count : 0;
  }
  MDC_INLINE static int32_t between(int64_t count, int32_t most) {
    return count < 0 ? 0 : smaller(count, most);
  }
};

/// Four elements, zeros for those that are not inside. The first is at a multiple of 4 of its axis.
MDC_INLINE Quad quadFrom(const float *from, int64_t inside, int64_t stride, bool aligned) {
  if (aligned && stride == 1 && inside >= 4)
    return *(const Quad *)from;
  Quad quad = {};
#pragma unroll
  for (int i = 0; i < 4; ++i)
    if (i < inside)
      quad[i] = from[i * stride];
  return quad;
}

template <class Element>
MDC_INLINE Lines<Element> leftLines(const MdcMatmul &shape, const Part &part) {
  return {(const Element *)shape.left + part.leftOffset,
          shape.rows,
          shape.leftRowStride,
          part.depthEnd,
          shape.leftDepthStride,
          shape.leftAlignment >= 16};
}
template <class Element>
MDC_INLINE Lines<Element> rightLines(const MdcMatmul &shape, const Part &part) {
  return {(const Element *)shape.right + part.rightOffset,
          shape.columns,
          shape.rightColumnStride,
          part.depthEnd,
          shape.rightDepthStride,
          shape.rightAlignment >= 16};
}

/// The lines of a tile that all threads fetch together, tile after tile along the depth: rows of
/// the left operand, or columns of the right one.
template <class Tile> struct MatrixLines {
  Lines<typename Tile::Element> lines;
  int64_t first;

  MDC_INLINE bool alongDepth() const { return Tile::liesAlongDepth(lines); }
  template <class To> MDC_INLINE void fetch(To &&to, int64_t k) const {
    Tile::fetch(to, lines, first, k);
  }
};
template <class Tile> struct MatrixRows : MatrixLines<Tile> {
  typedef MdcMatmul Shape;
  MDC_INLINE static const MdcMatmul &productOf(const MdcMatmul &shape) { return shape; }
  MDC_INLINE MatrixRows(const MdcMatmul &, const MdcMatmul &product, const Part &part)
      : MatrixLines<Tile>{leftLines<typename Tile::Element>(product, part), part.row} {}
};
template <class Tile> struct MatrixColumns : MatrixLines<Tile> {
  MDC_INLINE MatrixColumns(const MdcMatmul &product, const Part &part)
      : MatrixLines<Tile>{rightLines<typename Tile::Element>(product, part), part.column} {}
};

MDC_INLINE void store(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                      float sum) {
  mdc_store1(arguments, batch, row, column, sum);
}
MDC_INLINE void store(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                      float sum0, float sum1) {
  mdc_store2(arguments, batch, row, column, sum0, sum1);
}
MDC_INLINE void store(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                      int32_t sum) {
  mdc_store1_i32(arguments, batch, row, column, sum);
}
MDC_INLINE void store(const uint64_t *arguments, int64_t batch, int64_t row, int64_t column,
                      int32_t sum0, int32_t sum1) {
  mdc_store2_i32(arguments, batch, row, column, sum0, sum1);
}

/// Two sums of one row, masked at the edges; to the partial sums if other blocks have the rest.
template <class Sum>
MDC_INLINE void emit(const MdcMatmul &shape, const Part &part, const uint64_t *arguments,
                     int64_t row, int64_t column, Sum sum0, Sum sum1) {
  if (row >= shape.rows || column >= shape.columns)
    return;
  const bool both = column + 1 < shape.columns;
  if (shape.splits == 1) {
    if (both)
      store(arguments, part.batch, row, column, sum0, sum1);
    else
      store(arguments, part.batch, row, column, sum0);
    return;
  }
  const int64_t matrix = part.split * shape.batches + part.batch;
  Sum *to = (Sum *)shape.partials + (matrix * shape.rows + row) * shape.columns + column;
  to[0] = sum0;
  if (both)
    to[1] = sum1;
}

} // namespace mdc
