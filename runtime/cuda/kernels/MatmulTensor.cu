// Matrices on the tensor cores by mma.sync, from sm_80 on: 16-bit floats, f32 as tf32, bytes.
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
    const int64_t inside = of.inside(line, k, ofDepth);
    const int64_t stride = ofDepth ? of.depthStride : of.lineStride;
    const Element *from = of.at(line, k);
    if (of.aligned && stride == 1) {
      const int64_t count = inside < 0 ? 0 : smaller(inside, chunk);
      mdc_copy16(to, from, count * sizeof(Element));
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

  /// 16 lines by two chunks of the depth, from chunk `part` on: matrices 0 to 3 are (lines, chunks)
  /// (0, 0), (8, 0), (0, 1), (8, 1) with `linesFirst`, else (0, 0), (0, 1), (8, 0), (8, 1).
  MDC_INLINE static void load(uint32_t fragments[4], const Element *tile, bool alongDepth, int line,
                              int part, bool linesFirst) {
    const int lane = mdc_thread() % 32, low = lane / 8 % 2, high = lane / 16;
    const int lineHalf = linesFirst ? low : high, depthHalf = linesFirst ? high : low;
    if (alongDepth)
      mdc_load_matrices(fragments,
                        tile + placeAlongDepth(line + lineHalf * 8 + lane % 8, part + depthHalf));
    else if (sizeof(Element) == 2)
      mdc_load_matrices_transposed(
          fragments,
          tile + placeAlongLines((part + depthHalf) * chunk + lane % 8, line / chunk + lineHalf));
    else
      loadAcross(fragments, tile, line + lane / 4, part * chunk + lane % 4, linesFirst);
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

/// A warp has warpRows x warpColumns of the tile.
template <class Number, int tileRows, int tileColumns, int warpRows, int warpColumns>
struct MatmulTensor {
  typedef typename Number::Element Element;
  typedef typename Number::Sum Sum;
  static constexpr int stages = 4;
  static constexpr int warpsAlongColumns = tileColumns / warpColumns;
  static constexpr int threads = tileRows / warpRows * warpsAlongColumns * 32;
  using Left = TensorTile<Number, tileRows, threads>;
  using Right = TensorTile<Number, tileColumns, threads>;
  static constexpr int tileDepth = Left::tileDepth;
  static constexpr int stageElements = Left::elements + Right::elements;

  Sum sums[warpRows / 16][warpColumns / 8][4];
  int row, column; // of the warp

  MDC_INLINE void begin() {
    const int warp = mdc_thread() / 32;
    row = warp / warpsAlongColumns * warpRows;
    column = warp % warpsAlongColumns * warpColumns;
#pragma unroll
    for (int i = 0; i < warpRows / 16; ++i)
#pragma unroll
      for (int j = 0; j < warpColumns / 8; ++j)
#pragma unroll
        for (int n = 0; n < 4; ++n)
          sums[i][j][n] = 0;
  }

  MDC_INLINE void multiply(const Element *stage, bool leftAlongDepth, bool rightAlongDepth) {
#pragma unroll
    for (int part = 0; part < Left::depthChunks; part += 2) {
      uint32_t left[warpRows / 16][4], right[warpColumns / 16][4];
#pragma unroll
      for (int i = 0; i < warpRows / 16; ++i)
        Left::load(left[i], stage, leftAlongDepth, row + i * 16, part, true);
#pragma unroll
      for (int j = 0; j < warpColumns / 16; ++j)
        Right::load(right[j], stage + Left::elements, rightAlongDepth, column + j * 16, part,
                    false);
#pragma unroll
      for (int i = 0; i < warpRows / 16; ++i)
#pragma unroll
        for (int j = 0; j < warpColumns / 8; ++j)
          Number::multiply(sums[i][j], left[i], right[j / 2] + j % 2 * 2);
    }
  }

  MDC_INLINE void finish(const MdcMatmul &shape, const Part &part, const uint64_t *arguments) {
    const int lane = mdc_thread() % 32;
#pragma unroll
    for (int i = 0; i < warpRows / 16; ++i)
#pragma unroll
      for (int half = 0; half < 2; ++half)
#pragma unroll
        for (int j = 0; j < warpColumns / 8; ++j)
          emit(shape, part, arguments, part.row + row + i * 16 + half * 8 + lane / 4,
               part.column + column + j * 8 + lane % 4 * 2, sums[i][j][half * 2],
               sums[i][j][half * 2 + 1]);
  }

  MDC_INLINE static void fetch(Element *stage, const Lines<Element> &lefts,
                               const Lines<Element> &rights, const Part &part, int64_t k) {
    Left::fetch(stage, lefts, part.row, k);
    Right::fetch(stage + Left::elements, rights, part.column, k);
    mdc_copy_commit();
  }

  MDC_INLINE static void run(const MdcMatmul &shape, const uint64_t *arguments) {
    const Part part = partOfBlock(shape, tileRows, tileColumns, tileDepth);
    const Lines<Element> lefts = leftLines<Element>(shape, part);
    const Lines<Element> rights = rightLines<Element>(shape, part);
    Element *shared = (Element *)mdc_shared_memory();
    MatmulTensor tile;
    tile.begin();
#pragma unroll
    for (int stage = 0; stage < stages - 1; ++stage)
      fetch(shared + stage * stageElements, lefts, rights, part,
            part.depthBegin + stage * tileDepth);
    int stage = 0;
    for (int64_t k = part.depthBegin; k < part.depthEnd; k += tileDepth) {
      mdc_copy_wait(stages - 2);
      mdc_barrier(); // all have this stage, and none still reads the one before it
      const int next = (stage + stages - 1) % stages;
      fetch(shared + next * stageElements, lefts, rights, part, k + (stages - 1) * tileDepth);
      tile.multiply(shared + stage * stageElements, Left::liesAlongDepth(lefts),
                    Right::liesAlongDepth(rights));
      stage = (stage + 1) % stages;
    }
    tile.finish(shape, part, arguments);
  }
};

} // namespace mdc

#define MDC_TILE(KIND, NUMBER, ROWS, COLUMNS, WARP_ROWS, WARP_COLUMNS)                             \
  namespace mdc {                                                                                  \
  using NUMBER##ROWS##x##COLUMNS = MatmulTensor<NUMBER, ROWS, COLUMNS, WARP_ROWS, WARP_COLUMNS>;   \
  }                                                                                                \
  MDC_MAIN_LOOP(mdc_matmul_##KIND##_##ROWS##x##COLUMNS, mdc::NUMBER##ROWS##x##COLUMNS)

// A warp of tf32 takes less: a fragment is loaded by elements, whose places need registers.
#define MDC_TILES(KIND, NUMBER, LARGE_WARP_COLUMNS)                                                \
  MDC_TILE(KIND, NUMBER, 128, 128, 64, LARGE_WARP_COLUMNS)                                         \
  MDC_TILE(KIND, NUMBER, 64, 64, 32, 32)                                                           \
  MDC_TILE(KIND, NUMBER, 16, 64, 16, 16)

MDC_TILES(f16, Half, 64)
MDC_TILES(bf16, Bfloat, 64)
MDC_TILES(tf32, Tf32, 32)
MDC_TILES(u8s8, BytesLeftUnsigned, 64)
MDC_TILES(s8u8, BytesRightUnsigned, 64)
