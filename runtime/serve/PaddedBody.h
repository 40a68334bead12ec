// The bytes of a request body with the room behind them that the JSON parser reads.
#pragma once

#include "runtime/serve/BodyBudget.h"
#include "runtime/serve/OipRequest.h"

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace mdc::serve {

class PaddedBody {
public:
  // Memory up to `keptBytes` stays for the next request, unless half the budget is spent.
  PaddedBody(size_t keptBytes, BodyBudget &budget) : keptBytes_(keptBytes), budget_(budget) {}
  ~PaddedBody() { budget_.giveBack(reservedBytes_); }
  PaddedBody(const PaddedBody &) = delete;
  PaddedBody &operator=(const PaddedBody &) = delete;

  // Makes sure that `bytes` in all are taken from the budget; false if that would pass it. To be
  // asked before so many bytes are written: memory that is not written costs nothing.
  bool reserve(uint64_t bytes) {
    if (bytes <= reservedBytes_)
      return true;
    if (!budget_.take(bytes - reservedBytes_))
      return false;
    reservedBytes_ = bytes;
    return true;
  }

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
    if (capacity_ > keptBytes_ || budget_.isHalfSpent()) {
      data_.reset();
      capacity_ = 0;
    }
    size_ = 0;
    if (reservedBytes_ > capacity_) {
      budget_.giveBack(reservedBytes_ - capacity_);
      reservedBytes_ = capacity_;
    }
  }

  std::span<std::byte> writable() { return {data_.get(), size_}; }
  std::span<const std::byte> bytes() const { return {data_.get(), size_}; }

private:
  const size_t keptBytes_;
  BodyBudget &budget_;
  std::unique_ptr<std::byte[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
  uint64_t reservedBytes_ = 0; // at least what is written of data_, and of a chunked body's parts
};

} // namespace mdc::serve
