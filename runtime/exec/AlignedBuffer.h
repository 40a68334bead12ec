// Memory for vector code: aligned to a cache line, with MDC_SLACK bytes of room behind it.
#pragma once

#include "mdc/abi.h"

#include <cstddef>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace mdc::exec {

class AlignedBuffer {
public:
  AlignedBuffer() = default;
  ~AlignedBuffer() { std::free(start_); }
  AlignedBuffer(const AlignedBuffer &) = delete;
  AlignedBuffer &operator=(const AlignedBuffer &) = delete;
  AlignedBuffer(AlignedBuffer &&other) noexcept : start_(other.start_), bytes_(other.bytes_) {
    other.start_ = nullptr;
    other.bytes_ = 0;
  }

  // Makes room for `bytes`; contents are lost when it grows.
  void reserve(size_t bytes) {
    if (start_ && bytes <= bytes_)
      return;
    std::free(start_);
    // Large ones on huge-page boundaries: fewer TLB misses under strided access.
    size_t alignment = bytes >= hugePageBytes ? hugePageBytes : MDC_ALIGNMENT;
    size_t size = (bytes + MDC_SLACK + alignment - 1) / alignment * alignment;
    start_ = static_cast<std::byte *>(std::aligned_alloc(alignment, size));
    bytes_ = bytes;
    if (!start_)
      throw std::bad_alloc();
    if (alignment == hugePageBytes)
      madvise(start_, size, MADV_HUGEPAGE); // advice; a refusal changes nothing
  }

  std::byte *data() const { return start_; }

private:
  static constexpr size_t hugePageBytes = size_t{2} << 20;

  std::byte *start_ = nullptr;
  size_t bytes_ = 0;
};

} // namespace mdc::exec
