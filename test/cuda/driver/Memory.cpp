// Device memory, pinned memory and copies between them.
#include "State.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace mdc::fake;

namespace {

constexpr size_t deviceAlignment = 256, pinnedAlignment = 4096;
// NaN as f32, f16 and bf16, and no valid index: nobody may rely on what is there at first.
constexpr int poison = 0xff;

void *poisoned(size_t alignment, size_t bytes) {
  size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void *start = std::aligned_alloc(alignment, rounded);
  if (start)
    std::memset(start, poison, rounded);
  return start;
}

// Whether [start, start + bytes) lies in one block of `blocks`.
template <class Start>
bool isInside(const std::map<Start, size_t> &blocks, Start start, size_t bytes) {
  auto after = blocks.upper_bound(start);
  if (after == blocks.begin())
    return false;
  auto [first, length] = *std::prev(after);
  size_t offset = (size_t)start - (size_t)first;
  return offset <= length && bytes <= length - offset;
}

// The real driver also takes memory that is not pinned, but then a copy blocks or is staged.
Result checkCopy(Address device, const void *host, size_t bytes) {
  bool fits = isInside(state().deviceMemory, device, bytes) &&
              isInside(state().pinnedMemory, const_cast<void *>(host), bytes);
  return fits ? success : invalidValue;
}

} // namespace

MDC_FAKE_API cuMemGetInfo_v2(size_t *freeBytes, size_t *totalBytes) {
  MDC_FAKE_ENTER(context);
  *totalBytes = state().settings.memoryBytes;
  *freeBytes = *totalBytes - state().usedBytes;
  return success;
}

MDC_FAKE_API cuMemAlloc_v2(Address *address, size_t bytes) {
  MDC_FAKE_ENTER(contextOutsideCapture);
  State &of = state();
  if (bytes == 0)
    return invalidValue;
  if (of.settings.fault == "out-of-memory" || bytes > of.settings.memoryBytes - of.usedBytes)
    return outOfMemory;
  void *start = poisoned(deviceAlignment, bytes);
  if (!start)
    return outOfMemory;
  *address = reinterpret_cast<Address>(start);
  of.deviceMemory[*address] = bytes;
  of.usedBytes += bytes;
  of.peakBytes = std::max(of.peakBytes, of.usedBytes);
  return success;
}

MDC_FAKE_API cuMemFree_v2(Address address) {
  MDC_FAKE_ENTER(contextOutsideCapture);
  State &of = state();
  auto found = of.deviceMemory.find(address);
  if (found == of.deviceMemory.end())
    return invalidValue;
  Result result = drainAll();
  of.usedBytes -= found->second;
  of.deviceMemory.erase(found);
  std::free(reinterpret_cast<void *>(address));
  return result;
}

MDC_FAKE_API cuMemAllocHost_v2(void **start, size_t bytes) {
  MDC_FAKE_ENTER(contextOutsideCapture);
  if (bytes == 0)
    return invalidValue;
  *start = poisoned(pinnedAlignment, bytes);
  if (!*start)
    return outOfMemory;
  state().pinnedMemory[*start] = bytes;
  return success;
}

MDC_FAKE_API cuMemFreeHost(void *start) {
  MDC_FAKE_ENTER(contextOutsideCapture);
  if (state().pinnedMemory.find(start) == state().pinnedMemory.end())
    return invalidValue;
  Result result = drainAll();
  state().pinnedMemory.erase(start);
  std::free(start);
  return result;
}

MDC_FAKE_API cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes, Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (Result wrong = checkCopy(to, from, bytes))
    return wrong;
  return enqueue(stream, [=] {
    std::memcpy(reinterpret_cast<void *>(to), from, bytes);
    state().copiedToDevice += bytes;
    return success;
  });
}

MDC_FAKE_API cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (Result wrong = checkCopy(from, to, bytes))
    return wrong;
  return enqueue(stream, [=] {
    std::memcpy(to, reinterpret_cast<void *>(from), bytes);
    state().copiedToHost += bytes;
    return success;
  });
}

MDC_FAKE_API cuMemsetD8Async(Address to, unsigned char value, size_t bytes, Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (!isInside(state().deviceMemory, to, bytes))
    return invalidValue;
  return enqueue(stream, [=] {
    std::memset(reinterpret_cast<void *>(to), value, bytes);
    return success;
  });
}
