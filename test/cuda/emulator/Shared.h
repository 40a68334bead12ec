// Shared memory: one dynamic block, and the static variables of every loaded kernel.
#pragma once

#include <cstdint>

namespace mdc::emulator {

inline constexpr unsigned mostSharedBytes = 227 << 10; // of a block on sm_90; less on older ones

/// Fills what a block of this kernel would see with bytes that are NaN in every float type.
void poisonSharedMemory(const void *kernel, unsigned dynamicBytes);
/// The bytes behind the block's dynamic memory must be as poisonSharedMemory left them.
void checkSharedMemory(unsigned dynamicBytes);

/// A shared address of at least `bytes` bytes of dynamic or static shared memory.
bool isShared(const void *address, unsigned bytes);

/// The 32-bit address of dynamic shared memory, as descriptors and mbarriers count.
uint32_t sharedAddress(const void *address);
void *sharedPointer(uint32_t address);

} // namespace mdc::emulator
