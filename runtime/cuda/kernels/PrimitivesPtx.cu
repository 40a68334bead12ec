// Primitives.h in PTX.
#include "runtime/cuda/kernels/Primitives.h"

#define MDC_BODY extern "C" __attribute__((device, always_inline))

extern __attribute__((shared, aligned(1024))) uint8_t mdc_dynamic_shared[];

MDC_BODY uint32_t mdc_thread() { return __nvvm_read_ptx_sreg_tid_x(); }
MDC_BODY uint32_t mdc_block_x() { return __nvvm_read_ptx_sreg_ctaid_x(); }
MDC_BODY uint32_t mdc_block_y() { return __nvvm_read_ptx_sreg_ctaid_y(); }
MDC_BODY uint32_t mdc_block_z() { return __nvvm_read_ptx_sreg_ctaid_z(); }

MDC_BODY void *mdc_shared_memory() { return mdc_dynamic_shared; }
MDC_BODY void mdc_barrier() { __nvvm_bar_sync(0); }

MDC_BODY float mdc_shuffle_xor_f32(float value, uint32_t mask) {
  return __nvvm_shfl_sync_bfly_f32(0xffffffff, value, mask, 31);
}

typedef __attribute__((address_space(3))) const void SharedBytes;

MDC_INLINE uint32_t sharedAddress(const void *shared) {
  return (uint32_t)(uint64_t)(SharedBytes *)shared;
}

MDC_BODY void mdc_copy16(void *shared, const void *global, uint32_t bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(shared)),
               "l"(global), "r"(bytes)
               : "memory");
}
MDC_BODY void mdc_copy4(void *shared, const void *global, uint32_t bytes) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(sharedAddress(shared)),
               "l"(global), "r"(bytes)
               : "memory");
}
MDC_BODY void mdc_copy_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

#define MDC_WAIT(GROUPS)                                                                           \
  if (groups == GROUPS)                                                                            \
  asm volatile("cp.async.wait_group " #GROUPS ";" ::: "memory")

// the instruction takes a constant; all but one case fold away
MDC_BODY void mdc_copy_wait(uint32_t groups) {
  MDC_WAIT(0);
  MDC_WAIT(1);
  MDC_WAIT(2);
  MDC_WAIT(3);
  MDC_WAIT(4);
  MDC_WAIT(5);
  MDC_WAIT(6);
  MDC_WAIT(7);
}

MDC_BODY void mdc_load_matrices(uint32_t f[4], const void *row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3])
               : "r"(sharedAddress(row))
               : "memory");
}
MDC_BODY void mdc_load_matrices_transposed(uint32_t f[4], const void *row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(f[0]), "=r"(f[1]), "=r"(f[2]), "=r"(f[3])
               : "r"(sharedAddress(row))
               : "memory");
}

// mma touches no memory, so it may move; only its operands order it
#define MDC_MULTIPLY(NAME, SUM, CONSTRAINT, FORM)                                                  \
  MDC_BODY void NAME(SUM s[4], const uint32_t a[4], const uint32_t b[2]) {                         \
    asm("mma.sync.aligned." FORM " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "                 \
        "{%0, %1, %2, %3};"                                                                        \
        : "+" CONSTRAINT(s[0]), "+" CONSTRAINT(s[1]), "+" CONSTRAINT(s[2]), "+" CONSTRAINT(s[3])   \
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));                       \
  }
MDC_MULTIPLY(mdc_multiply_f16, float, "f", "m16n8k16.row.col.f32.f16.f16.f32")
MDC_MULTIPLY(mdc_multiply_bf16, float, "f", "m16n8k16.row.col.f32.bf16.bf16.f32")
MDC_MULTIPLY(mdc_multiply_tf32, float, "f", "m16n8k8.row.col.f32.tf32.tf32.f32")
MDC_MULTIPLY(mdc_multiply_u8_s8, int32_t, "r", "m16n8k32.row.col.s32.u8.s8.s32")
MDC_MULTIPLY(mdc_multiply_s8_u8, int32_t, "r", "m16n8k32.row.col.s32.s8.u8.s32")

MDC_BODY int32_t mdc_dot_u8_s8(uint32_t left, uint32_t right, int32_t sum) {
  asm("dp4a.u32.s32 %0, %1, %2, %0;" : "+r"(sum) : "r"(left), "r"(right));
  return sum;
}
MDC_BODY int32_t mdc_dot_s8_u8(uint32_t left, uint32_t right, int32_t sum) {
  asm("dp4a.s32.u32 %0, %1, %2, %0;" : "+r"(sum) : "r"(left), "r"(right));
  return sum;
}

MDC_BODY uint32_t mdc_round_tf32(float value) {
  uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
  return bits;
}

MDC_BODY float mdc_exp2(float value) {
  float power;
  asm("ex2.approx.f32 %0, %1;" : "=f"(power) : "f"(value));
  return power;
}
