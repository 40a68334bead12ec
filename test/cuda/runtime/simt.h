// What the kernels of this folder use of a GPU: where a thread is, and one atomic operation. On the
// CPU mdc_emulate runs all threads of all blocks one after the other, so nothing may wait for
// another thread.
#pragma once

#ifdef __CUDA__

template <int count> struct Words {
  unsigned long long words[count];
};

#define MDC_KERNEL(name, count)                                                                    \
  static __attribute__((device)) void name##_body(const unsigned long long *words);                \
  extern "C" __attribute__((global)) void name(Words<count> argument) {                            \
    name##_body(argument.words);                                                                   \
  }                                                                                                \
  static __attribute__((device)) void name##_body(const unsigned long long *words)

static __attribute__((device)) unsigned threadNumber() { return __nvvm_read_ptx_sreg_tid_x(); }
static __attribute__((device)) unsigned blockNumber() { return __nvvm_read_ptx_sreg_ctaid_x(); }

// Whether *word was 0; it is 1 afterwards.
static __attribute__((device)) bool exchangeIfZero(unsigned *word) {
  return __nvvm_atom_cas_gen_i((int *)word, 0, 1) == 0;
}

#else

extern thread_local unsigned emulatedThread, emulatedBlock;

#define MDC_KERNEL(name, count) extern "C" void name(const uint64_t *words)

inline unsigned threadNumber() { return emulatedThread; }
inline unsigned blockNumber() { return emulatedBlock; }
inline bool exchangeIfZero(uint32_t *word) {
  bool wasZero = *word == 0;
  *word = 1;
  return wasZero;
}

#endif
