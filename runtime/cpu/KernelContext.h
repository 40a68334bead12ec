// What generated code holds a pointer to while a request runs.
#pragma once

#include "runtime/cpu/ThreadPool.h"

#include <atomic>

struct MdcContext {
  mdc::cpu::ThreadPool *pool = nullptr;
  // Kernels may report from several threads at once; the first one to set the flag writes the
  // values, and the context reads them after the step, when all threads are done.
  std::atomic<bool> indexFailed{false};
  int64_t badIndex = 0;
  int64_t badIndexExtent = 0;
};
