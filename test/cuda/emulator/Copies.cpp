// cp.async. Lazy: bytes land only when a wait forces them, which shows missing waits and barriers.
// Eager: they land at once, which shows buffers that are written while others still read them.
#include "test/cuda/emulator/Copies.h"
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Shared.h"

#include <cstring>

namespace mdc::emulator {

static void land(const Copy &copy) {
  std::memcpy(copy.shared, copy.global, copy.bytesRead);
  std::memset(static_cast<char *>(copy.shared) + copy.bytesRead, 0, copy.bytes - copy.bytesRead);
}

void startCopy(void *shared, const void *global, unsigned bytes, unsigned bytesRead) {
  if (bytesRead > bytes)
    fault("an asynchronous copy reads %u bytes of %u", bytesRead, bytes);
  if (reinterpret_cast<uintptr_t>(shared) % bytes)
    fault("an asynchronous copy writes %u bytes to %p, which is not aligned", bytes, shared);
  if (reinterpret_cast<uintptr_t>(global) % bytes && bytesRead)
    fault("an asynchronous copy reads %u bytes from %p, which is not aligned", bytes, global);
  if (!isShared(shared, bytes))
    fault("an asynchronous copy writes to %p, which is not shared memory", shared);
  const Copy copy{shared, global, bytes, bytesRead};
  if (copiesAreEager)
    land(copy);
  else
    current->openCopies.push_back(copy);
}

void commitCopies() {
  current->copyGroups.push_back(std::move(current->openCopies));
  current->openCopies.clear();
}

void waitForCopies(unsigned openGroups) {
  while (current->copyGroups.size() > openGroups) {
    for (const Copy &copy : current->copyGroups.front())
      land(copy);
    current->copyGroups.pop_front();
    current->copiesAreFenced = false;
  }
}

void fenceCopies() { current->copiesAreFenced = true; }

} // namespace mdc::emulator
