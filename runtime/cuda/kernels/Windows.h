// The left operand of a convolution's product: its rows are windows, which lie in the input pixel
// by pixel, so each chunk of a row's depth has a place of its own, or lies outside the picture.
#pragma once

#include "runtime/cuda/kernels/Conv.h"
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

/// A convolution's product, of which all but the left operand is a matrix: weights along the depth,
/// a batch for each group, whose first channel is at leftOffset of its Part.
MDC_INLINE MdcMatmul productOfConv(const MdcConv &shape) {
  MdcMatmul product = {};
  product.left = shape.input;
  product.right = shape.weights;
  product.partials = shape.partials;
  product.rows = shape.pictures * shape.outHeight * shape.outWidth;
  product.columns = shape.outChannels;
  product.depth = shape.kernelHeight * shape.kernelWidth * shape.channelPitch;
  product.batches = product.innerBatches = shape.groups;
  product.leftInnerStride = shape.channels;
  product.rightColumnStride = product.depth;
  product.rightDepthStride = 1;
  product.rightInnerStride = shape.outChannels * product.depth;
  product.leftAlignment = product.rightAlignment = 16;
  product.splits = shape.splits;
  return product;
}

/// `count` windows of a thread, `apart` rows of the product from one to the next.
template <class Element, int count, int apart> struct Windows {
  static constexpr int chunk = 16 / sizeof(Element);
  static constexpr int32_t nowhere = -(1 << 30); // no tap reaches a picture from here
  typedef Element Chunk __attribute__((ext_vector_type(chunk)));

  /// Which part of every window a chunk of the depth is.
  struct Tap {
    int32_t row, column; // from the window's first pixel
    int64_t offset;      // in elements, from there
    uint32_t channels;   // the elements of the chunk that are some
  };

  const MdcConv &shape;
  const Element *input; // at the group's first channel
  uint32_t depthEnd;
  int64_t offset[count];             // of the window's first pixel, which may lie outside,
  int32_t row[count], column[count]; // and where it is in its picture

  // 32 bits: a grid has at most 65535 tiles of 128 rows.
  MDC_INLINE Windows(const MdcConv &shape, const Part &part, uint32_t first)
      : shape(shape), input((const Element *)shape.input + part.leftOffset),
        depthEnd(part.depthEnd) {
    const uint32_t pixels = shape.pictures * shape.outHeight * shape.outWidth;
    const uint32_t width = shape.outWidth, height = shape.outHeight;
#pragma unroll
    for (int i = 0; i < count; ++i) {
      const uint32_t pixel = first + i * apart, line = pixel / width, picture = line / height;
      const int32_t y = (line - picture * height) * shape.strideHeight - shape.padHeight;
      const int32_t x = (pixel - line * width) * shape.strideWidth - shape.padWidth;
      row[i] = pixel < pixels ? y : nowhere;
      column[i] = x;
      offset[i] = ((picture * shape.height + y) * shape.width + x) * shape.pixelPitch;
    }
  }

  /// `k` is a multiple of a chunk. Behind the depth nothing counts.
  MDC_INLINE Tap tap(uint32_t k) const {
    const uint32_t chunksOfTap = shape.channelPitch / chunk, kernelWidth = shape.kernelWidth;
    const uint32_t number = k / chunk / chunksOfTap, at = k / chunk % chunksOfTap;
    const uint32_t whole = (uint32_t)shape.channels / chunk;
    const uint32_t rest = (uint32_t)shape.channels % chunk;
    Tap tap;
    tap.row = number / kernelWidth * (uint32_t)shape.dilationHeight;
    tap.column = number % kernelWidth * (uint32_t)shape.dilationWidth;
    tap.offset = (tap.row * shape.width + tap.column) * shape.pixelPitch + at * chunk;
    tap.channels = k >= depthEnd ? 0 : at < whole ? chunk : at == whole ? rest : 0;
    return tap;
  }

  /// One comparison an axis: negative coordinates are huge.
  MDC_INLINE bool inside(int i, const Tap &tap) const {
    return (uint32_t)(row[i] + tap.row) < (uint32_t)shape.height &
           (uint32_t)(column[i] + tap.column) < (uint32_t)shape.width;
  }
  MDC_INLINE const Element *at(int i, const Tap &tap) const {
    return input + offset[i] + tap.offset;
  }

  /// To shared memory, asynchronously but for what lies outside a picture and is not zero. What is
  /// no channel becomes zeros, as it is in the weights: memory there may hold NaN.
  MDC_INLINE void copy(Element *to, int i, const Tap &tap) const {
    const bool isInside = inside(i, tap);
    if (sizeof(Element) == 1 && shape.padValue != 0 && !isInside) {
      *(Chunk *)to = (Chunk)(Element)shape.padValue;
      return;
    }
    mdc_copy16(to, at(i, tap), isInside ? tap.channels * sizeof(Element) : 0);
  }

  /// To registers, of floats.
  MDC_INLINE Chunk quad(int i, const Tap &tap) const {
    return quadFrom(at(i, tap), inside(i, tap) ? tap.channels : 0, 1, true);
  }
};

/// The rows of a product that one thread fetches, tile after tile along the depth, of a tile whose
/// lines are shared by `Tile::threadsOfLine` threads with a chunk each.
template <class Tile> struct WindowRows {
  typedef MdcConv Shape;
  static constexpr int apart = Tile::threadsOfTile / Tile::threadsOfLine;
  Windows<typename Tile::Element, Tile::chunksOfThread, apart> windows;

  MDC_INLINE static MdcMatmul productOf(const MdcConv &shape) { return productOfConv(shape); }
  MDC_INLINE WindowRows(const MdcConv &shape, const MdcMatmul &, const Part &part)
      : windows(shape, part, part.row + mdc_thread() / Tile::threadsOfLine) {}

  MDC_INLINE static constexpr bool alongDepth() { return true; }
  template <class To> MDC_INLINE void fetch(To &&to, int64_t k) const {
    const auto tap = windows.tap(k + mdc_thread() % Tile::threadsOfLine * windows.chunk);
#pragma unroll
    for (int i = 0; i < Tile::chunksOfThread; ++i)
      Tile::fetchWindow(to, windows, i, tap);
  }
};

} // namespace mdc
