#include "runtime/cuda/Weights.h"

#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <sys/mman.h>
#include <vector>

namespace mdc::cuda {
namespace {

// A stream that copies as late as it may: when somebody waits for it.
struct LateStream {
  struct Copy {
    Address to;
    const void *from;
    size_t bytes;
  };
  std::vector<Copy> copies;
  size_t done = 0;
  std::map<EventHandle, size_t> recordedAt; // copies before the event
  size_t pinnedBytes = 0;

  Result finish(size_t count) {
    for (; done < count; ++done)
      std::memcpy(reinterpret_cast<void *>(copies[done].to), copies[done].from, copies[done].bytes);
    return success;
  }
};
LateStream late;

Driver lateDriver() {
  Driver driver;
  driver.streamCreate = [](StreamHandle *stream, unsigned) {
    *stream = reinterpret_cast<StreamHandle>(1);
    return Result{success};
  };
  driver.streamDestroy = [](StreamHandle) { return Result{success}; };
  driver.streamSynchronize = [](StreamHandle) { return late.finish(late.copies.size()); };
  driver.eventCreate = [](EventHandle *event, unsigned) {
    *event = reinterpret_cast<EventHandle>(late.recordedAt.size() + 1);
    late.recordedAt[*event] = 0;
    return Result{success};
  };
  driver.eventDestroy = [](EventHandle) { return Result{success}; };
  driver.eventRecord = [](EventHandle event, StreamHandle) {
    late.recordedAt[event] = late.copies.size();
    return Result{success};
  };
  driver.eventSynchronize = [](EventHandle event) { return late.finish(late.recordedAt[event]); };
  driver.hostAllocate = [](void **start, size_t bytes) {
    late.pinnedBytes += bytes;
    *start = std::malloc(bytes);
    return Result{success};
  };
  driver.hostFree = [](void *start) {
    std::free(start);
    return Result{success};
  };
  driver.copyToDevice = [](Address to, const void *from, size_t bytes, StreamHandle) {
    late.copies.push_back({to, from, bytes});
    return Result{success};
  };
  return driver;
}

std::byte byteAt(size_t index) { return std::byte(index * 2654435761u >> 24); }

TEST(Weights, NoBufferIsFilledBeforeItsCopyIsDone) {
  late = {};
  Driver driver = lateDriver();
  size_t bytes = (size_t{20} << 20) + 5; // three parts
  // Pages of its own: those that were copied are given back.
  void *pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  auto *weights = static_cast<std::byte *>(pages);
  for (size_t index = 0; index < bytes; ++index)
    weights[index] = byteAt(index);
  std::vector<std::byte> device(bytes);
  uploadWeights(driver, weights, bytes, reinterpret_cast<Address>(device.data()));
  munmap(pages, bytes);
  size_t wrong = 0;
  for (size_t index = 0; index < bytes; ++index)
    wrong += device[index] != byteAt(index);
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(late.copies.size(), 3u);
  EXPECT_EQ(late.pinnedBytes, size_t{16} << 20);
}

} // namespace
} // namespace mdc::cuda
