#include "runtime/cuda/GraphCache.h"

#include <algorithm>

namespace mdc::cuda {

GraphExecHandle GraphCache::find(uint32_t variant, std::span<const int64_t> values) {
  for (Entry &entry : entries_)
    if (entry.variant == variant && std::ranges::equal(entry.values, values)) {
      entry.lastUse = ++uses_;
      return entry.graph.get();
    }
  return nullptr;
}

void GraphCache::add(uint32_t variant, std::span<const int64_t> values, GraphExec graph) {
  if (entries_.size() >= capacity_)
    entries_.erase(std::ranges::min_element(entries_, {}, &Entry::lastUse));
  entries_.push_back({variant, {values.begin(), values.end()}, ++uses_, std::move(graph)});
}

} // namespace mdc::cuda
