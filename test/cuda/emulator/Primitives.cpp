// The CPU's bodies of runtime/cuda/kernels/Primitives.h.
#include "runtime/cuda/kernels/Primitives.h"
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Copies.h"
#include "test/cuda/emulator/GroupProducts.h"
#include "test/cuda/emulator/Matrices.h"
#include "test/cuda/emulator/Mbarriers.h"
#include "test/cuda/emulator/Shared.h"
#include "test/cuda/emulator/Shuffles.h"

#include <bit>
#include <cmath>

using namespace mdc::emulator;

extern "C" char mdc_emulator_shared[];

uint32_t mdc_thread() { return position.thread[0]; }
uint32_t mdc_block_x() { return position.block[0]; }
uint32_t mdc_block_y() { return position.block[1]; }
uint32_t mdc_block_z() { return position.block[2]; }

void *mdc_shared_memory() { return mdc_emulator_shared; }
void mdc_barrier() { barrier(0, blockThreads()); }

float mdc_shuffle_xor_f32(float value, uint32_t mask) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  shuffle(Shuffle::Xor, 0xffffffff, bits, mask, 31);
  return std::bit_cast<float>(bits);
}

void mdc_copy16(void *shared, const void *global, uint32_t bytes) {
  startCopy(shared, global, 16, bytes);
}
void mdc_copy4(void *shared, const void *global, uint32_t bytes) {
  startCopy(shared, global, 4, bytes);
}
void mdc_copy_commit() { commitCopies(); }
void mdc_copy_wait(uint32_t groups) { waitForCopies(groups); }

void mdc_load_matrices(uint32_t fragments[4], const void *row) {
  loadMatrices(fragments, row, 4, false);
}
void mdc_load_matrices_transposed(uint32_t fragments[4], const void *row) {
  loadMatrices(fragments, row, 4, true);
}

void mdc_multiply_f16(float sums[4], const uint32_t left[4], const uint32_t right[2]) {
  multiply(Element::F16, sums, {left, right, sums});
}
void mdc_multiply_bf16(float sums[4], const uint32_t left[4], const uint32_t right[2]) {
  multiply(Element::Bf16, sums, {left, right, sums});
}
void mdc_multiply_tf32(float sums[4], const uint32_t left[4], const uint32_t right[2]) {
  multiply(Element::Tf32, sums, {left, right, sums});
}
void mdc_multiply_u8_s8(int32_t sums[4], const uint32_t left[4], const uint32_t right[2]) {
  multiply(Element::U8S8, sums, {left, right, sums});
}
void mdc_multiply_s8_u8(int32_t sums[4], const uint32_t left[4], const uint32_t right[2]) {
  multiply(Element::S8U8, sums, {left, right, sums});
}

template <class Left, class Right>
static int32_t dotOf(uint32_t left, uint32_t right, int32_t sum) {
  for (int bit = 0; bit < 32; bit += 8)
    sum += Left(left >> bit) * Right(right >> bit);
  return sum;
}
int32_t mdc_dot_u8_s8(uint32_t left, uint32_t right, int32_t sum) {
  return dotOf<uint8_t, int8_t>(left, right, sum);
}
int32_t mdc_dot_s8_u8(uint32_t left, uint32_t right, int32_t sum) {
  return dotOf<int8_t, uint8_t>(left, right, sum);
}

uint32_t mdc_round_tf32(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return std::isnan(value) ? bits : (bits + 0x1000) & 0xffffe000u;
}
float mdc_exp2(float value) { return std::exp2(value); }

void mdc_mbarrier_init(uint64_t *mbarrier, uint32_t threads) { initMbarrier(mbarrier, threads); }
void mdc_mbarrier_fence_init() {}
void mdc_mbarrier_arrive(uint64_t *mbarrier) { arriveAtMbarrier(mbarrier, 0); }
void mdc_mbarrier_expect(uint64_t *mbarrier, uint32_t bytes) { arriveAtMbarrier(mbarrier, bytes); }
void mdc_mbarrier_wait(uint64_t *mbarrier, uint32_t parity) { waitForMbarrier(mbarrier, parity); }
void mdc_copy_tile(void *shared, const void *map, const int32_t at[4], uint64_t *mbarrier) {
  startTile(shared, map, at, mbarrier);
}
void mdc_fence_for_wgmma() { fenceCopies(); }
uint32_t mdc_shared_address(const void *shared) { return sharedAddress(shared); }

#define MDC_WGMMA_16(KIND, ELEMENT, COLUMNS)                                                       \
  void mdc_wgmma_##KIND##_##COLUMNS(float *sums, uint64_t left, uint64_t right,                    \
                                    uint32_t leftAcross, uint32_t rightAcross) {                   \
    startProduct(ELEMENT, COLUMNS, sums, {left, right, leftAcross != 0, rightAcross != 0});        \
  }
#define MDC_WGMMA_8(KIND, ELEMENT, COLUMNS)                                                        \
  void mdc_wgmma_##KIND##_##COLUMNS(int32_t *sums, uint64_t left, uint64_t right) {                \
    startProduct(ELEMENT, COLUMNS, sums, {left, right});                                           \
  }
#define MDC_WGMMA_ROWS(KIND, ELEMENT, COLUMNS)                                                     \
  void mdc_wgmma_rows_##KIND##_##COLUMNS(float *sums, const uint32_t left[4], uint64_t right,      \
                                         uint32_t rightAcross) {                                   \
    startProduct(ELEMENT, COLUMNS, sums, left, {0, right, false, rightAcross != 0});               \
  }
#define MDC_WGMMA_BODIES(COLUMNS)                                                                  \
  MDC_WGMMA_ROWS(f16, Element::F16, COLUMNS)                                                       \
  MDC_WGMMA_ROWS(bf16, Element::Bf16, COLUMNS)                                                     \
  MDC_WGMMA_16(f16, Element::F16, COLUMNS)                                                         \
  MDC_WGMMA_16(bf16, Element::Bf16, COLUMNS)                                                       \
  MDC_WGMMA_8(u8s8, Element::U8S8, COLUMNS)                                                        \
  MDC_WGMMA_8(s8u8, Element::S8U8, COLUMNS)                                                        \
  void mdc_wgmma_fence_f32_##COLUMNS(float *) { fenceProducts(); }                                 \
  void mdc_wgmma_fence_i32_##COLUMNS(int32_t *) { fenceProducts(); }                               \
  void mdc_wgmma_finish_f32_##COLUMNS(float *) { waitForProducts(0); }                             \
  void mdc_wgmma_finish_i32_##COLUMNS(int32_t *) { waitForProducts(0); }
MDC_WGMMA_BODIES(64)
MDC_WGMMA_BODIES(128)
MDC_WGMMA_BODIES(256)
void mdc_wgmma_commit() { commitProducts(); }
void mdc_wgmma_wait_1() { waitForProducts(1); }
