#include "test/cuda/emulator/Fiber.h"
#include "test/cuda/emulator/Fault.h"

#include <cstdint>
#include <sys/mman.h>

extern "C" void mdc_emulator_switch(void **saved, void *next);

// The registers that a callee must keep, then the other stack. System V ABI for x86-64; kernels
// change neither the rounding mode nor the x87 control word.
asm(R"(
  .text
  .hidden mdc_emulator_switch
  .globl mdc_emulator_switch
  .type mdc_emulator_switch, @function
mdc_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size mdc_emulator_switch, . - mdc_emulator_switch
)");

namespace mdc::emulator {

static constexpr size_t guardBytes = 4096;

static char *newStack() {
  void *memory = mmap(nullptr, guardBytes + stackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    fault("no memory for the stack of a thread");
  mprotect(memory, guardBytes, PROT_NONE);
  return static_cast<char *>(memory) + guardBytes;
}

void prepare(Fiber &fiber, void (*entry)()) {
  if (!fiber.stack)
    fiber.stack = newStack();
  auto **top = reinterpret_cast<void **>(fiber.stack + stackBytes);
  *--top = nullptr; // where a return of `entry` would go; also aligns its frame
  *--top = reinterpret_cast<void *>(entry);
  for (int kept = 0; kept < 6; ++kept)
    *--top = nullptr;
  fiber.stackPointer = top;
}

void switchFiber(Fiber &from, Fiber &to) {
  mdc_emulator_switch(&from.stackPointer, to.stackPointer);
}

} // namespace mdc::emulator
