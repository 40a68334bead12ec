// 16-bit floats on the tensor cores, by mma.sync: any architecture from sm_80 on. Sums are f32.
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

typedef uint16_t Bits;          // of an element
static constexpr int chunk = 8; // elements in 16 bytes, the unit of copies and of swizzling

/// One operand's part of a stage: lines of `tileDepth` if `alongDepth`, else rows of `tileLines`
/// for every depth. Chunks of a row are permuted, so that the 8 rows that a matrix is loaded from
/// lie in different banks.
template <int tileLines, int tileDepth, int threads> struct Tile16 {
  static constexpr int elements = tileLines * tileDepth;
  static constexpr int chunks = elements / chunk;
  static constexpr int depthChunks = tileDepth / chunk, lineChunks = tileLines / chunk;
  static_assert(depthChunks == 4, "two lines fill the banks");

  MDC_INLINE static int placeAlongDepth(int line, int depthChunk) {
    return line * tileDepth + (depthChunk ^ line / 2 % depthChunks) * chunk;
  }
  MDC_INLINE static int placeAlongLines(int k, int lineChunk) {
    return k * tileLines + (lineChunk ^ k % (lineChunks < 8 ? lineChunks : 8)) * chunk;
  }

  MDC_INLINE static void fetch(Bits *tile, const Lines<Bits> &of, int64_t line, int64_t k) {
    const bool alongDepth = of.alongDepth();
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

  MDC_INLINE static void fetchChunk(Bits *to, const Lines<Bits> &of, int64_t line, int64_t k,
                                    bool ofDepth) {
    const int64_t inside = of.inside(line, k, ofDepth);
    const int64_t stride = ofDepth ? of.depthStride : of.lineStride;
    const Bits *from = of.at(line, k);
    if (of.aligned && stride == 1) {
      const int64_t count = inside < 0 ? 0 : smaller(inside, chunk);
      mdc_copy16(to, from, count * sizeof(Bits));
      return;
    }
    typedef Bits Chunk __attribute__((ext_vector_type(8)));
    Chunk gathered = {};
#pragma unroll
    for (int i = 0; i < chunk; ++i)
      if (i < inside)
        gathered[i] = from[i * stride];
    *(Chunk *)to = gathered;
  }

  /// 16 lines by 16 of the depth: matrices 0 to 3 are (lines, depth) (0, 0), (8, 0), (0, 8), (8, 8)
  /// with `linesFirst`, else (0, 0), (0, 8), (8, 0), (8, 8).
  MDC_INLINE static void load(uint32_t fragments[4], const Bits *tile, bool alongDepth, int line,
                              int k, bool linesFirst) {
    const int lane = mdc_thread() % 32, low = lane / 8 % 2, high = lane / 16;
    const int lineHalf = linesFirst ? low : high, depthHalf = linesFirst ? high : low;
    if (alongDepth)
      mdc_load_matrices(
          fragments, tile + placeAlongDepth(line + lineHalf * 8 + lane % 8, k / chunk + depthHalf));
    else
      mdc_load_matrices_transposed(
          fragments, tile + placeAlongLines(k + depthHalf * 8 + lane % 8, line / chunk + lineHalf));
  }
};

struct Bfloat {
  MDC_INLINE static void multiply(float *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_bf16(sums, left, right);
  }
};
struct Half {
  MDC_INLINE static void multiply(float *sums, const uint32_t *left, const uint32_t *right) {
    mdc_multiply_f16(sums, left, right);
  }
};

/// A warp has warpRows x warpColumns of the tile.
template <class Number, int tileRows, int tileColumns, int warpRows, int warpColumns>
struct Matmul16 {
  static constexpr int tileDepth = 32, stages = 4;
  static constexpr int warpsAlongColumns = tileColumns / warpColumns;
  static constexpr int threads = tileRows / warpRows * warpsAlongColumns * 32;
  using Left = Tile16<tileRows, tileDepth, threads>;
  using Right = Tile16<tileColumns, tileDepth, threads>;
  static constexpr int stageElements = Left::elements + Right::elements;

  float sums[warpRows / 16][warpColumns / 8][4];
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

  MDC_INLINE void multiply(const Bits *stage, bool leftAlongDepth, bool rightAlongDepth) {
#pragma unroll
    for (int k = 0; k < tileDepth; k += 16) {
      uint32_t left[warpRows / 16][4], right[warpColumns / 16][4];
#pragma unroll
      for (int i = 0; i < warpRows / 16; ++i)
        Left::load(left[i], stage, leftAlongDepth, row + i * 16, k, true);
#pragma unroll
      for (int j = 0; j < warpColumns / 16; ++j)
        Right::load(right[j], stage + Left::elements, rightAlongDepth, column + j * 16, k, false);
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

  MDC_INLINE static void fetch(Bits *stage, const Lines<Bits> &lefts, const Lines<Bits> &rights,
                               const Part &part, int64_t k) {
    Left::fetch(stage, lefts, part.row, k);
    Right::fetch(stage + Left::elements, rights, part.column, k);
    mdc_copy_commit();
  }

  MDC_INLINE static void run(const MdcMatmul &shape, const uint64_t *arguments) {
    const Part part = partOfBlock(shape, tileRows, tileColumns, tileDepth);
    const Lines<Bits> lefts = leftLines<Bits>(shape, part), rights = rightLines<Bits>(shape, part);
    Bits *shared = (Bits *)mdc_shared_memory();
    Matmul16 tile;
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
      tile.multiply(shared + stage * stageElements, lefts.alongDepth(), rights.alongDepth());
      stage = (stage + 1) % stages;
    }
    tile.finish(shape, part, arguments);
  }
};

} // namespace mdc

#define MDC_TILES(KIND, NUMBER)                                                                    \
  namespace mdc {                                                                                  \
  using NUMBER##128x128 = Matmul16<NUMBER, 128, 128, 64, 64>;                                      \
  using NUMBER##64x64 = Matmul16<NUMBER, 64, 64, 32, 32>;                                          \
  using NUMBER##16x64 = Matmul16<NUMBER, 16, 64, 16, 16>;                                          \
  }                                                                                                \
  MDC_MAIN_LOOP(mdc_matmul_##KIND##_128x128, mdc::NUMBER##128x128)                                 \
  MDC_MAIN_LOOP(mdc_matmul_##KIND##_64x64, mdc::NUMBER##64x64)                                     \
  MDC_MAIN_LOOP(mdc_matmul_##KIND##_16x64, mdc::NUMBER##16x64)

MDC_TILES(f16, Half)
MDC_TILES(bf16, Bfloat)
