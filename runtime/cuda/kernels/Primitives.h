/* What main loops ask of the machine. Declared here and left undefined in a main loop's bitcode:
 * PrimitivesPtx.cu gives the PTX bodies, which mdc links and inlines, and test/cuda/emulator gives
 * bodies for the CPU, so that the same bitcode runs in both.
 *
 * Pointers are generic addresses. "Matrix" is 8 rows of 16 bytes in shared memory; a fragment is
 * what one lane holds of it, as in the PTX manual's chapter on mma. Every function that says "warp"
 * must be called by all 32 lanes of a warp together. */
#ifndef MDC_KERNELS_PRIMITIVES_H
#define MDC_KERNELS_PRIMITIVES_H

#ifdef __CUDA__
#define MDC_DEVICE __attribute__((device))
#define MDC_INLINE __attribute__((device, always_inline)) inline
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef signed char int8_t;
typedef int int32_t;
typedef long int64_t;
#else
#include <stdint.h>
#define MDC_DEVICE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Where the caller is. Blocks have one axis of threads. */
MDC_DEVICE uint32_t mdc_thread(void);
MDC_DEVICE uint32_t mdc_block_x(void);
MDC_DEVICE uint32_t mdc_block_y(void);
MDC_DEVICE uint32_t mdc_block_z(void);

/* The block's dynamic shared memory, at a multiple of 1024. */
MDC_DEVICE void *mdc_shared_memory(void);
/* All threads of the block. */
MDC_DEVICE void mdc_barrier(void);

/* Warp: the value of the lane whose number is the caller's exclusive-or `mask`. */
MDC_DEVICE float mdc_shuffle_xor_f32(float value, uint32_t mask);

/* Asynchronous copies to shared memory: the first `bytes` are read, the rest of 4 or 16 are zeros.
 * Both addresses are multiples of 4 or 16; with 0 bytes `global` may be any address. They land
 * when mdc_copy_wait leaves fewer groups open, for the thread that made them: a barrier follows. */
MDC_DEVICE void mdc_copy16(void *shared, const void *global, uint32_t bytes);
MDC_DEVICE void mdc_copy4(void *shared, const void *global, uint32_t bytes);
/* Ends a group of the copies so far, an empty one too. */
MDC_DEVICE void mdc_copy_commit(void);
/* Waits until at most this many of the newest groups are open: 0 to 7, a constant. */
MDC_DEVICE void mdc_copy_wait(uint32_t groups);

/* Warp: four matrices, whose rows lanes 0-7, 8-15, 16-23 and 24-31 point at. */
MDC_DEVICE void mdc_load_matrices(uint32_t fragments[4], const void *row);
/* The same, each matrix of 16-bit elements transposed. */
MDC_DEVICE void mdc_load_matrices_transposed(uint32_t fragments[4], const void *row);

/* Warp: sums[16x8] += left[16 x 32 bytes] * right[8 x 32 bytes] transposed. Lane 4g + t holds sums
 * of rows g and g + 8, columns 2t and 2t + 1: [0] (g, 2t), [1] (g, 2t + 1), [2] (g + 8, 2t), [3].
 * Operands of mdc_multiply_tf32 are floats that mdc_round_tf32 has rounded. */
MDC_DEVICE void mdc_multiply_f16(float sums[4], const uint32_t left[4], const uint32_t right[2]);
MDC_DEVICE void mdc_multiply_bf16(float sums[4], const uint32_t left[4], const uint32_t right[2]);
MDC_DEVICE void mdc_multiply_tf32(float sums[4], const uint32_t left[4], const uint32_t right[2]);
MDC_DEVICE void mdc_multiply_u8_s8(int32_t sums[4], const uint32_t left[4],
                                   const uint32_t right[2]);
MDC_DEVICE void mdc_multiply_s8_u8(int32_t sums[4], const uint32_t left[4],
                                   const uint32_t right[2]);
/* sum plus the products of four bytes each. */
MDC_DEVICE int32_t mdc_dot_u8_s8(uint32_t left, uint32_t right, int32_t sum);
MDC_DEVICE int32_t mdc_dot_s8_u8(uint32_t left, uint32_t right, int32_t sum);
/* A float's bits, rounded to the nearest tf32, ties away from zero. */
MDC_DEVICE uint32_t mdc_round_tf32(float value);

/* 2 to the power of value, to 2 units in the last place; 0 for minus infinity. */
MDC_DEVICE float mdc_exp2(float value);

/* From here on: sm_90a alone. */

/* An mbarrier: 8 bytes of shared memory. A phase of it ends once `threads` have arrived and all
 * bytes that it expects have landed. The first phase has the parity 0, the next one 1, and so on;
 * a wait for a parity returns unless the phase of that parity is the one that is open. */
MDC_DEVICE void mdc_mbarrier_init(uint64_t *mbarrier, uint32_t threads);
/* Behind the last mdc_mbarrier_init, by the thread that called it; a barrier follows. */
MDC_DEVICE void mdc_mbarrier_fence_init(void);
MDC_DEVICE void mdc_mbarrier_arrive(uint64_t *mbarrier);
/* Arrives, and this phase expects so many bytes more. */
MDC_DEVICE void mdc_mbarrier_expect(uint64_t *mbarrier, uint32_t bytes);
MDC_DEVICE void mdc_mbarrier_wait(uint64_t *mbarrier, uint32_t parity);

/* Copies a tile of an operand to shared memory, to a multiple of 1024, by one thread. `map` is a
 * tensor map of the kernel's parameter whose box begins at `at`, in elements; what lies outside the
 * operand lands as zeros. Lines of the box have 128 bytes, whose chunks of 16 are permuted: number
 * n of line l is where n ^ l % 8 would be. All bytes of the box count for the mbarrier. */
MDC_DEVICE void mdc_copy_tile(void *shared, const void *map, const int32_t at[4],
                              uint64_t *mbarrier);

/* What this thread has written to shared memory, and copies of its own that it has waited for, can
 * be read by wgmma from here on: it reads past the order of other accesses. By each thread that
 * wrote, before it tells others. */
MDC_DEVICE void mdc_fence_for_wgmma(void);

/* What descriptors call an address in shared memory. */
MDC_DEVICE uint32_t mdc_shared_address(const void *shared);

/* Warpgroup: all threads of four warps, the first a multiple of four. sums[64 x N] += left[64 x 32
 * bytes] * right[N x 32 bytes] transposed, asynchronously. Operands lie in shared memory as
 * descriptors say (PTX manual, wgmma), along the depth or, of 16-bit elements and with `across`, a
 * constant, along their lines. Lane 4g + t of warp w of the group holds sums of rows 16w + g and
 * 16w + g + 8, columns 8j + 2t and 8j + 2t + 1, at [4j] to [4j + 3] in the order of mdc_multiply.
 */
#define MDC_WGMMA_OF(COLUMNS)                                                                      \
  MDC_DEVICE void mdc_wgmma_f16_##COLUMNS(float *sums, uint64_t left, uint64_t right,              \
                                          uint32_t leftAcross, uint32_t rightAcross);              \
  MDC_DEVICE void mdc_wgmma_bf16_##COLUMNS(float *sums, uint64_t left, uint64_t right,             \
                                           uint32_t leftAcross, uint32_t rightAcross);             \
  /* Of `left` in registers: a lane's part of 64 x 16 elements, as mdc_multiply has it. */         \
  MDC_DEVICE void mdc_wgmma_rows_f16_##COLUMNS(float *sums, const uint32_t left[4],                \
                                               uint64_t right, uint32_t rightAcross);              \
  MDC_DEVICE void mdc_wgmma_rows_bf16_##COLUMNS(float *sums, const uint32_t left[4],               \
                                                uint64_t right, uint32_t rightAcross);             \
  MDC_DEVICE void mdc_wgmma_u8s8_##COLUMNS(int32_t *sums, uint64_t left, uint64_t right);          \
  MDC_DEVICE void mdc_wgmma_s8u8_##COLUMNS(int32_t *sums, uint64_t left, uint64_t right);          \
  /* Before products that follow other uses of the sums. */                                        \
  MDC_DEVICE void mdc_wgmma_fence_f32_##COLUMNS(float *sums);                                      \
  MDC_DEVICE void mdc_wgmma_fence_i32_##COLUMNS(int32_t *sums);                                    \
  /* Waits for all products; the sums may be used again. */                                        \
  MDC_DEVICE void mdc_wgmma_finish_f32_##COLUMNS(float *sums);                                     \
  MDC_DEVICE void mdc_wgmma_finish_i32_##COLUMNS(int32_t *sums);
MDC_WGMMA_OF(64)
MDC_WGMMA_OF(128)
MDC_WGMMA_OF(256)
/* Ends a group of the products so far. */
MDC_DEVICE void mdc_wgmma_commit(void);
/* Waits until at most the newest group is open: operands of the others may be overwritten. */
MDC_DEVICE void mdc_wgmma_wait_1(void);

#ifdef __cplusplus
}
#endif
#endif
