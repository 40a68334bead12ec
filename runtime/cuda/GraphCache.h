// Captured runs of a model, ready to be launched again.
#pragma once

#include "runtime/cuda/Owned.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mdc::cuda {

// A graph for each variant and extents that were run lately. Only open dimensions make many of
// them, so the number is bounded and the one that was not used for longest makes room.
class GraphCache {
public:
  explicit GraphCache(size_t capacity) : capacity_(capacity) {}

  // Null where there is none. `values`: what the variant's `shape` wrote.
  GraphExecHandle find(uint32_t variant, std::span<const int64_t> values);
  void add(uint32_t variant, std::span<const int64_t> values, GraphExec graph);

private:
  struct Entry {
    uint32_t variant = 0;
    std::vector<int64_t> values;
    uint64_t lastUse = 0;
    GraphExec graph;
  };
  size_t capacity_;
  uint64_t uses_ = 0;
  std::vector<Entry> entries_;
};

} // namespace mdc::cuda
