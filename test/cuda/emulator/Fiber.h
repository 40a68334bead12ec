// Stacks that are switched by hand: one for every thread of a block, without a system call.
#pragma once

#include <cstddef>

namespace mdc::emulator {

inline constexpr size_t stackBytes = 256 << 10;

struct Fiber {
  void *stackPointer = nullptr; // of a fiber that does not run
  char *stack = nullptr;        // stackBytes, below a page that faults
};

/// The fiber runs `entry` when it is first switched to; `entry` must never return.
void prepare(Fiber &fiber, void (*entry)());

/// Leaves `from`, goes on in `to`.
void switchFiber(Fiber &from, Fiber &to);

} // namespace mdc::emulator
