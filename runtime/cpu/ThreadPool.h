// Worker threads for mdc_parallel_for: static partition, short spin, then park on a futex.
#pragma once

#include "mdc/abi.h"

#include <cstdint>

namespace mdc::cpu {

class ThreadPool {
public:
  // `threads` counts the caller: 1 starts no worker. 0: the CPUs that the cgroup and affinity mask
  // allow.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  unsigned threads() const;
  // Runs body over [0, count) split in at most threads() contiguous ranges; returns when all are
  // done. When another context uses the workers at that moment, or when nested, runs everything
  // inline.
  void parallelFor(MdcBody body, void *captures, int64_t count);

private:
  struct State;
  State *state_;
};

// CPUs this process may use: affinity mask and cgroup quota (v1 and v2), at least 1.
unsigned availableCpus();

} // namespace mdc::cpu
