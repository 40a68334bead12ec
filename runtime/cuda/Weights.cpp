#include "runtime/cuda/Weights.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace mdc::cuda {
namespace {

constexpr size_t pageBytes = 4096;
// Large enough that a copy's fixed cost of some 10 us is nothing beside its time.
constexpr size_t mostPartBytes = size_t{8} << 20;

// Clean pages of a file: they stay in the page cache for others.
void giveBackPages(const std::byte *start, size_t bytes) {
  madvise(const_cast<std::byte *>(start), bytes / pageBytes * pageBytes, MADV_DONTNEED);
}

} // namespace

void uploadWeights(const Driver &driver, const std::byte *weights, size_t bytes, Address to) {
  if (bytes == 0)
    return;
  Stream stream = makeStream(driver);
  size_t partBytes = std::min(mostPartBytes, (bytes + pageBytes - 1) / pageBytes * pageBytes);
  PinnedMemory staging[2] = {allocatePinned(driver, partBytes), allocatePinned(driver, partBytes)};
  Event copied[2] = {makeEvent(driver, eventDisableTiming), makeEvent(driver, eventDisableTiming)};
  for (size_t at = 0, part = 0; at < bytes; at += partBytes, ++part) {
    size_t side = part % 2, length = std::min(partBytes, bytes - at);
    if (part >= 2)
      driver.check(driver.eventSynchronize(copied[side].get()), "copying the weights");
    std::memcpy(staging[side].get(), weights + at, length);
    giveBackPages(weights + at, length);
    driver.check(driver.copyToDevice(to + at, staging[side].get(), length, stream.get()),
                 "copying the weights");
    driver.check(driver.eventRecord(copied[side].get(), stream.get()), "copying the weights");
  }
  driver.check(driver.streamSynchronize(stream.get()), "copying the weights");
}

} // namespace mdc::cuda
