// Convolutions on the tensor cores of sm_90a, as implicit products. `weights` of the shape is a
// tensor map of all groups' weights: depth, output channels, groups. Windows do not come by TMA,
// which has no other value than zero for what lies outside a picture.
#include "runtime/cuda/kernels/Sm90aLoop.h"
#include "runtime/cuda/kernels/Windows.h"

namespace mdc {

/// Windows that two warps copy, chunk by chunk, to where TMA would lay them.
template <class Tile, int tileRows, int stages> struct CopiedWindows {
  typedef MdcConv Shape;
  typedef typename Tile::Element Element;
  static constexpr int threads = 64, arrivals = threads + 1; // and the one that asks for weights
  static constexpr int behind = stages - 2; // one stage is multiplied, one may still be read
  static constexpr int mappedBytes = 0;
  static constexpr int chunkBytes = 16, threadsOfLine = Tile::rowBytes / chunkBytes;
  static constexpr int apart = threads / threadsOfLine; // lines from a chunk to the next
  static_assert(apart == 8, "the same place in every group of permuted lines");
  Windows<Element, tileRows / apart, apart> windows;
  int line, chunk; // of the thread's first chunk

  MDC_INLINE CopiedWindows(const MdcConv &shape, const Part &part, int thread)
      : windows(shape, part, part.row + thread / threadsOfLine), line(thread / threadsOfLine),
        chunk(thread % threadsOfLine) {}
  MDC_INLINE static MdcMatmul productOf(const MdcConv &shape) { return productOfConv(shape); }
  MDC_INLINE static Tile tile(const MdcMatmul &, const Part &) { return {nullptr, false, 0, 0}; }
  MDC_INLINE static bool takesPart() { return true; }
  MDC_INLINE bool asks() const { return line == 0 && chunk == 0; }

  MDC_INLINE void fetch(uint8_t *to, int64_t k, uint64_t *) const {
    const auto tap = windows.tap(k + chunk * windows.chunk);
    uint8_t *place = to + line * Tile::rowBytes + (chunk ^ line % 8) * chunkBytes;
#pragma unroll
    for (int i = 0; i < tileRows / apart; ++i)
      windows.copy((Element *)(place + i * apart * Tile::rowBytes), i, tap);
  }

  /// Ends this step's copies, if any, and lets the stage of `behind` steps before be multiplied.
  MDC_INLINE void show(uint64_t *arrived, bool isFetched) const {
    mdc_copy_commit();
    mdc_copy_wait(behind);
    if (!isFetched)
      return;
    mdc_fence_for_wgmma();
    mdc_mbarrier_arrive(arrived);
  }
};

} // namespace mdc

MDC_SM90A_LOOPS(CopiedWindows, mdc_conv_sm90a, 4)
