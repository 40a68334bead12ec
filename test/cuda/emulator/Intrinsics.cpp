// llvm.nvvm.NAME of generated kernels is a call of mdc_nvvm_NAME here: a place for the result and
// the packed arguments, as retarget.py lays them out. What a kernel reads of its position is not
// here: it loads mdc_emulator_position.
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Copies.h"
#include "test/cuda/emulator/Matrices.h"
#include "test/cuda/emulator/Shuffles.h"

#include <cstring>

using namespace mdc::emulator;

#define MDC_INTRINSIC(NAME)                                                                        \
  extern "C" void mdc_nvvm_##NAME([[maybe_unused]] void *result, [[maybe_unused]] const void *given)

template <class Arguments> static const Arguments &as(const void *given) {
  return *static_cast<const Arguments *>(given);
}

MDC_INTRINSIC(barrier_cta_sync_aligned_all) { barrier(as<int>(given), blockThreads()); }
MDC_INTRINSIC(barrier_cta_sync_all) { barrier(as<int>(given), blockThreads()); }
MDC_INTRINSIC(barrier_cta_sync_aligned_count) {
  barrier(as<int[2]>(given)[0], as<int[2]>(given)[1]);
}
MDC_INTRINSIC(barrier_cta_sync_count) { barrier(as<int[2]>(given)[0], as<int[2]>(given)[1]); }
MDC_INTRINSIC(barrier_cta_arrive_aligned_count) {
  arriveAtBarrier(as<int[2]>(given)[0], as<int[2]>(given)[1]);
}
MDC_INTRINSIC(bar_warp_sync) { warpBarrier(as<uint32_t>(given)); }
// one core runs all threads, so its memory is always in order
MDC_INTRINSIC(membar_cta) {}
MDC_INTRINSIC(membar_gl) {}
MDC_INTRINSIC(membar_sys) {}
MDC_INTRINSIC(fence_acq_rel_cluster) {}

struct ShuffleGiven {
  uint32_t mask, value, selector, bound;
};
static void runShuffle(Shuffle form, void *result, const void *given, bool tells) {
  auto [mask, value, selector, bound] = as<ShuffleGiven>(given);
  const bool inRange = shuffle(form, mask, value, selector, bound);
  std::memcpy(result, &value, sizeof value);
  if (tells) // { word, i1 }
    static_cast<char *>(result)[sizeof value] = inRange;
}
#define MDC_SHUFFLE(NAME, FORM)                                                                    \
  MDC_INTRINSIC(shfl_sync_##NAME##_i32) { runShuffle(FORM, result, given, false); }                \
  MDC_INTRINSIC(shfl_sync_##NAME##_f32) { runShuffle(FORM, result, given, false); }                \
  MDC_INTRINSIC(shfl_sync_##NAME##_i32p) { runShuffle(FORM, result, given, true); }                \
  MDC_INTRINSIC(shfl_sync_##NAME##_f32p) { runShuffle(FORM, result, given, true); }
MDC_SHUFFLE(bfly, Shuffle::Xor)
MDC_SHUFFLE(up, Shuffle::Up)
MDC_SHUFFLE(down, Shuffle::Down)
MDC_SHUFFLE(idx, Shuffle::Index)

struct VoteGiven {
  uint32_t mask;
  bool predicate;
};
MDC_INTRINSIC(vote_ballot_sync) {
  *static_cast<uint32_t *>(result) =
      ballot(as<VoteGiven>(given).mask, as<VoteGiven>(given).predicate);
}
MDC_INTRINSIC(vote_any_sync) {
  *static_cast<bool *>(result) = ballot(as<VoteGiven>(given).mask, as<VoteGiven>(given).predicate);
}
MDC_INTRINSIC(vote_all_sync) {
  const uint32_t mask = as<VoteGiven>(given).mask;
  *static_cast<bool *>(result) = ballot(mask, as<VoteGiven>(given).predicate) == mask;
}

struct CopyGiven {
  void *shared;
  const void *global;
  uint32_t bytesRead;
};
#define MDC_COPY(CACHE, BYTES)                                                                     \
  MDC_INTRINSIC(cp_async_##CACHE##_shared_global_##BYTES) {                                        \
    startCopy(as<CopyGiven>(given).shared, as<CopyGiven>(given).global, BYTES, BYTES);             \
  }                                                                                                \
  MDC_INTRINSIC(cp_async_##CACHE##_shared_global_##BYTES##_s) {                                    \
    const auto &copy = as<CopyGiven>(given);                                                       \
    startCopy(copy.shared, copy.global, BYTES, copy.bytesRead);                                    \
  }
MDC_COPY(ca, 4)
MDC_COPY(ca, 8)
MDC_COPY(ca, 16)
MDC_COPY(cg, 16)
MDC_INTRINSIC(cp_async_commit_group) { commitCopies(); }
MDC_INTRINSIC(cp_async_wait_group) { waitForCopies(as<uint32_t>(given)); }
MDC_INTRINSIC(cp_async_wait_all) {
  commitCopies();
  waitForCopies(0);
}

#define MDC_LOAD_MATRICES(COUNT)                                                                   \
  MDC_INTRINSIC(ldmatrix_sync_aligned_m8n8_x##COUNT##_b16) {                                       \
    loadMatrices(result, as<void *>(given), COUNT, false);                                         \
  }                                                                                                \
  MDC_INTRINSIC(ldmatrix_sync_aligned_m8n8_x##COUNT##_trans_b16) {                                 \
    loadMatrices(result, as<void *>(given), COUNT, true);                                          \
  }
MDC_LOAD_MATRICES(1)
MDC_LOAD_MATRICES(2)
MDC_LOAD_MATRICES(4)

/// All operands are 32-bit words: left, right, sums.
static void runMultiply(Element element, void *result, const void *given) {
  const auto *words = static_cast<const uint32_t *>(given);
  multiply(element, result, {words, words + 4, words + 6});
}
MDC_INTRINSIC(mma_m16n8k16_row_col_f32_f32) { runMultiply(Element::F16, result, given); }
MDC_INTRINSIC(mma_m16n8k16_row_col_bf16) { runMultiply(Element::Bf16, result, given); }
MDC_INTRINSIC(mma_m16n8k8_row_col_tf32) { runMultiply(Element::Tf32, result, given); }
MDC_INTRINSIC(mma_m16n8k32_row_col_u8_s8) { runMultiply(Element::U8S8, result, given); }
MDC_INTRINSIC(mma_m16n8k32_row_col_s8) { runMultiply(Element::S8S8, result, given); }

/// For rounding of generated kernels: LLVM calls it where the CPU has no instruction.
extern "C" __bf16 __truncsfbf2(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = value != value ? bits | 0x400000 : bits + 0x7fff + (bits >> 16 & 1);
  const uint16_t upper = rounded >> 16;
  __bf16 result;
  std::memcpy(&result, &upper, sizeof result);
  return result;
}
