// Asynchronous copies of the calling thread, from global to shared memory.
#pragma once

namespace mdc::emulator {

/// `bytes` are written: `bytesRead` of them from `global`, the rest zeros.
void startCopy(void *shared, const void *global, unsigned bytes, unsigned bytesRead);
void commitCopies();
/// Returns once at most `openGroups` of the newest groups have not landed.
void waitForCopies(unsigned openGroups);
/// Copies that have landed can be read by wgmma.
void fenceCopies();

} // namespace mdc::emulator
