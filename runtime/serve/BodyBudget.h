// The memory that request bodies of all connections may take together.
#pragma once

#include <atomic>
#include <cstdint>

namespace mdc::serve {

// Thread-safe: connections on all threads take from one budget.
class BodyBudget {
public:
  explicit BodyBudget(uint64_t bytes) : bytes_(bytes) {}

  // False, and nothing taken, if `more` bytes would pass the budget.
  bool take(uint64_t more) {
    uint64_t before = taken_.fetch_add(more, std::memory_order_relaxed);
    if (before + more <= bytes_)
      return true;
    giveBack(more);
    return false;
  }

  void giveBack(uint64_t bytes) { taken_.fetch_sub(bytes, std::memory_order_relaxed); }

  // From then on connections keep no memory between requests, so idle ones never spend the rest.
  bool isHalfSpent() const { return taken_.load(std::memory_order_relaxed) > bytes_ / 2; }

  uint64_t taken() const { return taken_.load(std::memory_order_relaxed); }

private:
  const uint64_t bytes_;
  std::atomic<uint64_t> taken_{0};
};

} // namespace mdc::serve
