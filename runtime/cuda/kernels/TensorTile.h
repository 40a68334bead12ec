// Operands of mma.sync in shared memory, and what multiplies them.
#pragma once

#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

// What is multiplied. `Element`s lie in memory; a fragment's words may need rounding.

struct Bfloat {
  typedef uint16_t Element;
  typedef float Sum;
  MDC_INLINE static void round(uint32_t *) {}
  MDC_INLINE static void multiply(float *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_bf16(sums, left, right);
  }
};
struct Half {
  typedef uint16_t Element;
  typedef float Sum;
  MDC_INLINE static void round(uint32_t *) {}
  MDC_INLINE static void multiply(float *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_f16(sums, left, right);
  }
};
struct Tf32 {
  typedef float Element;
  typedef float Sum;
  MDC_INLINE static void round(uint32_t *fragments) {
#pragma unroll
    for (int i = 0; i < 4; ++i)
      fragments[i] = mdc_round_tf32(__builtin_bit_cast(float, fragments[i]));
  }
  MDC_INLINE static void multiply(float *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_tf32(sums, left, right);
  }
};
// One operand is unsigned, the other one signed; sums are exact.
struct BytesLeftUnsigned {
  typedef uint8_t Element;
  typedef int32_t Sum;
  MDC_INLINE static void round(uint32_t *) {}
  MDC_INLINE static void multiply(int32_t *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_u8_s8(sums, left, right);
  }
};
struct BytesRightUnsigned {
  typedef uint8_t Element;
  typedef int32_t Sum;
  MDC_INLINE static void round(uint32_t *) {}
  MDC_INLINE static void multiply(int32_t *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_s8_u8(sums, left, right);
  }
};

/// One operand's part of a stage: lines of 64 bytes of depth if along the depth, else rows of
/// `tileLines` for every depth. Chunks of 16 bytes, the unit of copies, are permuted, so that what
/// a warp loads together lies in different banks.
template <class Number, int tileLines, int threads> struct TensorTile {
  typedef typename Number::Element Element;
  static constexpr int chunk = 16 / sizeof(Element), tileDepth = 64 / sizeof(Element);
  static constexpr int elements = tileLines * tileDepth;
  static constexpr int chunks = elements / chunk;
  static constexpr int depthChunks = tileDepth / chunk, lineChunks = tileLines / chunk;
  static constexpr int chunksOfThread = (chunks + threads - 1) / threads; // of some, one less
  static constexpr int threadsOfTile = threads, threadsOfLine = depthChunks;
  static_assert(depthChunks == 4, "two lines fill the banks");

  /// Fragments of bytes are of the depth alone, and nothing transposes bytes on their way.
  MDC_INLINE static bool liesAlongDepth(const Lines<Element> &of) {
    return sizeof(Element) == 1 || of.alongDepth();
  }

  MDC_INLINE static int placeAlongDepth(int line, int depthChunk) {
    return line * tileDepth + (depthChunk ^ line / 2 % depthChunks) * chunk;
  }
  /// A warp loads eight rows of one chunk, of 4-byte elements four rows of two.
  MDC_INLINE static int placeAlongLines(int k, int lineChunk) {
    const int apart = sizeof(Element) == 4 ? 2 * k : k;
    return k * tileLines + (lineChunk ^ apart % (lineChunks < 8 ? lineChunks : 8)) * chunk;
  }

  MDC_INLINE static void fetch(Element *tile, const Lines<Element> &of, int64_t line, int64_t k) {
    const bool alongDepth = liesAlongDepth(of);
#pragma unroll
    for (int first = 0; first < chunks; first += threads) {
      const int index = first + mdc_thread();
      if (first + threads > chunks && index >= chunks)
        break;
      if (alongDepth) {
        const int at = index / depthChunks, part = index % depthChunks;
        fetchChunk(tile + placeAlongDepth(at, part), of, line + at, k + part * chunk, true);
      } else {
        const int at = index / lineChunks, part = index % lineChunks;
        fetchChunk(tile + placeAlongLines(at, part), of, line + part * chunk, k + at, false);
      }
    }
  }

  MDC_INLINE static void fetchChunk(Element *to, const Lines<Element> &of, int64_t line, int64_t k,
                                    bool ofDepth) {
    const int32_t inside = of.inside(line, k, ofDepth, chunk);
    const int64_t stride = ofDepth ? of.depthStride : of.lineStride;
    const Element *from = of.at(line, k);
    if (of.aligned && stride == 1) {
      mdc_copy16(to, from, inside * sizeof(Element));
      return;
    }
    typedef Element Chunk __attribute__((ext_vector_type(chunk)));
    Chunk gathered = {};
#pragma unroll
    for (int i = 0; i < chunk; ++i)
      if (i < inside)
        gathered[i] = from[i * stride];
    *(Chunk *)to = gathered;
  }

  /// Chunk `i` of this thread, along the depth, from its window.
  template <class Windows>
  MDC_INLINE static void fetchWindow(Element *tile, const Windows &windows, int i,
                                     const typename Windows::Tap &tap) {
    const int index = i * threads + mdc_thread();
    if ((i + 1) * threads > chunks && index >= chunks)
      return;
    windows.copy(tile + placeAlongDepth(index / depthChunks, index % depthChunks), i, tap);
  }

  /// 16 lines by two chunks of the depth, from chunk `part` on: matrices 0 to 3 are (lines, chunks)
  /// (0, 0), (8, 0), (0, 1), (8, 1) with `linesFirst`, else (0, 0), (0, 1), (8, 0), (8, 1). With
  /// `halvesApart` lines 2n and 2n + 1 of a matrix are those numbered n and n + 4.
  MDC_INLINE static void load(uint32_t fragments[4], const Element *tile, bool alongDepth, int line,
                              int part, bool linesFirst, bool halvesApart = false) {
    const int lane = mdc_thread() % 32, low = lane / 8 % 2, high = lane / 16;
    const int lineHalf = linesFirst ? low : high, depthHalf = linesFirst ? high : low;
    const auto lineOf = [&](int n) { return line + (halvesApart ? n / 2 + n % 2 * 4 : n); };
    if (alongDepth)
      mdc_load_matrices(fragments,
                        tile + placeAlongDepth(lineOf(lane % 8) + lineHalf * 8, part + depthHalf));
    else if (sizeof(Element) == 2)
      mdc_load_matrices_transposed(
          fragments,
          tile + placeAlongLines((part + depthHalf) * chunk + lane % 8, line / chunk + lineHalf));
    else
      loadAcross(fragments, tile, lineOf(lane / 4), part * chunk + lane % 4, linesFirst);
    Number::round(fragments);
  }

  /// The same from rows of lines, an element at a time: this lane's of matrix 0 is (line, k).
  MDC_INLINE static void loadAcross(uint32_t fragments[4], const Element *tile, int line, int k,
                                    bool linesFirst) {
#pragma unroll
    for (int matrix = 0; matrix < 4; ++matrix) {
      const int low = matrix % 2, high = matrix / 2;
      const int at = line + (linesFirst ? low : high) * 8;
      const int depth = k + (linesFirst ? high : low) * chunk;
      fragments[matrix] =
          *(const uint32_t *)(tile + placeAlongLines(depth, at / chunk) + at % chunk);
    }
  }
};

} // namespace mdc
