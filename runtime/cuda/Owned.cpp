#include "runtime/cuda/Owned.h"

namespace mdc::cuda {

PinnedMemory allocatePinned(const Driver &driver, size_t bytes) {
  void *start = nullptr;
  driver.check(driver.hostAllocate(&start, bytes), "allocating pinned host memory");
  return {driver, start};
}

Stream makeStream(const Driver &driver) {
  StreamHandle stream = nullptr;
  driver.check(driver.streamCreate(&stream, streamNonBlocking), "creating a stream");
  return {driver, stream};
}

Event makeEvent(const Driver &driver, unsigned flags) {
  EventHandle event = nullptr;
  driver.check(driver.eventCreate(&event, flags), "creating an event");
  return {driver, event};
}

} // namespace mdc::cuda
