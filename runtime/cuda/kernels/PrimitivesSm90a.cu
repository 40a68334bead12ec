// The part of Primitives.h that sm_90a alone has, in PTX.
#include "runtime/cuda/kernels/Primitives.h"

#define MDC_BODY extern "C" __attribute__((device, always_inline))

typedef __attribute__((address_space(3))) const void SharedBytes;

MDC_BODY uint32_t mdc_shared_address(const void *shared) {
  return (uint32_t)(uint64_t)(SharedBytes *)shared;
}

MDC_BODY void mdc_mbarrier_init(uint64_t *mbarrier, uint32_t threads) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(mdc_shared_address(mbarrier)),
               "r"(threads)
               : "memory");
}
MDC_BODY void mdc_mbarrier_fence_init() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}
MDC_BODY void mdc_mbarrier_arrive(uint64_t *mbarrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(mdc_shared_address(mbarrier))
               : "memory");
}
MDC_BODY void mdc_mbarrier_expect(uint64_t *mbarrier, uint32_t bytes) {
  asm volatile(
      "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(mdc_shared_address(mbarrier)),
      "r"(bytes)
      : "memory");
}
// try_wait sleeps for a while by itself
MDC_BODY void mdc_mbarrier_wait(uint64_t *mbarrier, uint32_t parity) {
  uint32_t done;
  do {
    asm volatile("{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; "
                 "selp.u32 %0, 1, 0, p; }"
                 : "=r"(done)
                 : "r"(mdc_shared_address(mbarrier)), "r"(parity)
                 : "memory");
  } while (!done);
}

MDC_BODY void mdc_copy_tile(void *shared, const void *map, const int32_t at[4],
                            uint64_t *mbarrier) {
  asm volatile("cp.async.bulk.tensor.4d.shared::cluster.global.tile.mbarrier::complete_tx::bytes "
               "[%0], [%1, {%2, %3, %4, %5}], [%6];" ::"r"(mdc_shared_address(shared)),
               "l"(map), "r"(at[0]), "r"(at[1]), "r"(at[2]), "r"(at[3]),
               "r"(mdc_shared_address(mbarrier))
               : "memory");
}

MDC_BODY void mdc_fence_for_wgmma() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

MDC_BODY void mdc_wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
MDC_BODY void mdc_wgmma_wait_1() { asm volatile("wgmma.wait_group.sync.aligned 1;" ::: "memory"); }

// Operands %0 to %31, %63 and %127, and what they are bound to.
#define MDC_TEN(T)                                                                                 \
  "%" #T "0,%" #T "1,%" #T "2,%" #T "3,%" #T "4,%" #T "5,%" #T "6,%" #T "7,%" #T "8,%" #T "9,"
#define MDC_NAMES_32 "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9," MDC_TEN(1) MDC_TEN(2) "%30,%31"
#define MDC_NAMES_64                                                                               \
  MDC_NAMES_32 ",%32,%33,%34,%35,%36,%37,%38,%39," MDC_TEN(4) MDC_TEN(5) "%60,%61,%62,%63"
#define MDC_NAMES_128                                                                              \
  MDC_NAMES_64 ",%64,%65,%66,%67,%68,%69," MDC_TEN(7) MDC_TEN(8) MDC_TEN(9) MDC_TEN(10)            \
      MDC_TEN(11) "%120,%121,%122,%123,%124,%125,%126,%127"
#define MDC_BOUND_4(C, I) "+" C(s[I]), "+" C(s[I + 1]), "+" C(s[I + 2]), "+" C(s[I + 3])
#define MDC_BOUND_16(C, I)                                                                         \
  MDC_BOUND_4(C, I), MDC_BOUND_4(C, I + 4), MDC_BOUND_4(C, I + 8), MDC_BOUND_4(C, I + 12)
#define MDC_BOUND_32(C, I) MDC_BOUND_16(C, I), MDC_BOUND_16(C, I + 16)
#define MDC_BOUND_64(C, I) MDC_BOUND_32(C, I), MDC_BOUND_32(C, I + 32)
#define MDC_BOUND_128(C, I) MDC_BOUND_64(C, I), MDC_BOUND_64(C, I + 64)

// SUMS registers of type "f" or "r", then the descriptors; the last "1" adds to the sums.
#define MDC_ISSUE(C, FORM, SUMS, LEFT, RIGHT, REST)                                                \
  asm volatile("wgmma.mma_async.sync.aligned." FORM " {" MDC_NAMES_##SUMS "}, %" LEFT ", %" RIGHT  \
                                                                          ", 1" REST ";"           \
               : MDC_BOUND_##SUMS(C, 0)                                                            \
               : "l"(left), "l"(right))

// REST: signs of the operands, and whether they lie across the depth: constants of the instruction,
// so all but one case fold away.
#define MDC_WGMMA_16(NAME, FORM, SUMS, LEFT, RIGHT)                                                \
  MDC_BODY void NAME(float *s, uint64_t left, uint64_t right, uint32_t leftAcross,                 \
                     uint32_t rightAcross) {                                                       \
    if (leftAcross && rightAcross)                                                                 \
      MDC_ISSUE("f", FORM, SUMS, LEFT, RIGHT, ", 1, 1, 1, 1");                                     \
    else if (leftAcross)                                                                           \
      MDC_ISSUE("f", FORM, SUMS, LEFT, RIGHT, ", 1, 1, 1, 0");                                     \
    else if (rightAcross)                                                                          \
      MDC_ISSUE("f", FORM, SUMS, LEFT, RIGHT, ", 1, 1, 0, 1");                                     \
    else                                                                                           \
      MDC_ISSUE("f", FORM, SUMS, LEFT, RIGHT, ", 1, 1, 0, 0");                                     \
  }
#define MDC_ISSUE_ROWS(FORM, SUMS, LEFTS, RIGHT, ACROSS)                                           \
  asm volatile("wgmma.mma_async.sync.aligned." FORM " {" MDC_NAMES_##SUMS                          \
               "}, {" LEFTS "}, %" RIGHT ", 1, 1, 1, " ACROSS ";"                                  \
               : MDC_BOUND_##SUMS("f", 0)                                                          \
               : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "l"(right))
#define MDC_WGMMA_ROWS(NAME, FORM, SUMS, LEFTS, RIGHT)                                             \
  MDC_BODY void NAME(float *s, const uint32_t left[4], uint64_t right, uint32_t rightAcross) {     \
    if (rightAcross)                                                                               \
      MDC_ISSUE_ROWS(FORM, SUMS, LEFTS, RIGHT, "1");                                               \
    else                                                                                           \
      MDC_ISSUE_ROWS(FORM, SUMS, LEFTS, RIGHT, "0");                                               \
  }
#define MDC_WGMMAS_ROWS(COLUMNS, SUMS, LEFTS, RIGHT)                                               \
  MDC_WGMMA_ROWS(mdc_wgmma_rows_f16_##COLUMNS, "m64n" #COLUMNS "k16.f32.f16.f16", SUMS, LEFTS,     \
                 RIGHT)                                                                            \
  MDC_WGMMA_ROWS(mdc_wgmma_rows_bf16_##COLUMNS, "m64n" #COLUMNS "k16.f32.bf16.bf16", SUMS, LEFTS,  \
                 RIGHT)
#define MDC_WGMMA_8(NAME, FORM, SUMS, LEFT, RIGHT)                                                 \
  MDC_BODY void NAME(int32_t *s, uint64_t left, uint64_t right) {                                  \
    MDC_ISSUE("r", FORM, SUMS, LEFT, RIGHT, "");                                                   \
  }
#define MDC_ORDER(C, TYPE, KIND, COLUMNS, SUMS)                                                    \
  MDC_BODY void mdc_wgmma_fence_##KIND##_##COLUMNS(TYPE *s) {                                      \
    asm volatile("wgmma.fence.sync.aligned;" : MDC_BOUND_##SUMS(C, 0)::"memory");                  \
  }                                                                                                \
  MDC_BODY void mdc_wgmma_finish_##KIND##_##COLUMNS(TYPE *s) {                                     \
    asm volatile("wgmma.wait_group.sync.aligned 0;" : MDC_BOUND_##SUMS(C, 0)::"memory");           \
  }
#define MDC_WGMMAS(COLUMNS, SUMS, LEFT, RIGHT)                                                     \
  MDC_WGMMA_16(mdc_wgmma_f16_##COLUMNS, "m64n" #COLUMNS "k16.f32.f16.f16", SUMS, LEFT, RIGHT)      \
  MDC_WGMMA_16(mdc_wgmma_bf16_##COLUMNS, "m64n" #COLUMNS "k16.f32.bf16.bf16", SUMS, LEFT, RIGHT)   \
  MDC_WGMMA_8(mdc_wgmma_u8s8_##COLUMNS, "m64n" #COLUMNS "k32.s32.u8.s8", SUMS, LEFT, RIGHT)        \
  MDC_WGMMA_8(mdc_wgmma_s8u8_##COLUMNS, "m64n" #COLUMNS "k32.s32.s8.u8", SUMS, LEFT, RIGHT)        \
  MDC_ORDER("f", float, f32, COLUMNS, SUMS)                                                        \
  MDC_ORDER("r", int32_t, i32, COLUMNS, SUMS)
MDC_WGMMAS(64, 32, "32", "33")
MDC_WGMMAS_ROWS(64, 32, "%32,%33,%34,%35", "36")
MDC_WGMMAS_ROWS(128, 64, "%64,%65,%66,%67", "68")
MDC_WGMMAS_ROWS(256, 128, "%128,%129,%130,%131", "132")
MDC_WGMMAS(128, 64, "64", "65")
MDC_WGMMAS(256, 128, "128", "129")
