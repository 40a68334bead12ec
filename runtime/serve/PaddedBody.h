// The bytes of a request body with the room behind them that the JSON parser reads.
#pragma once

#include "runtime/serve/OipRequest.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace mdc::serve {

class PaddedBody {
public:
  // Memory up to `keptBytes` stays for the next request.
  explicit PaddedBody(size_t keptBytes) : keptBytes_(keptBytes) {}

  // Makes room for `bytes`, uninitialized: pages of a body that never comes are never touched.
  std::byte *resize(size_t bytes) {
    if (bytes > capacity_ || !data_) {
      data_.reset(new std::byte[bytes + bodyPaddingBytes]);
      capacity_ = bytes;
    }
    size_ = bytes;
    std::memset(data_.get() + bytes, 0, bodyPaddingBytes);
    return data_.get();
  }

  // Empties the body and gives memory past the kept bytes back.
  void clear() {
    if (capacity_ > keptBytes_) {
      data_.reset();
      capacity_ = 0;
    }
    size_ = 0;
  }

  std::span<const std::byte> bytes() const { return {data_.get(), size_}; }

private:
  const size_t keptBytes_;
  std::unique_ptr<std::byte[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

} // namespace mdc::serve
