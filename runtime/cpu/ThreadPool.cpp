// One epoch counter announces jobs; every worker acknowledges every job, so a job's description is
// never rewritten while somebody may still read it. Worker and caller spin a little, then sleep on
// a futex.
#include "runtime/cpu/ThreadPool.h"

#include <algorithm>
#include <atomic>
#include <climits>
#include <immintrin.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace mdc::cpu {
namespace {

// About 50 us of pauses: longer than the gap between two regions of a model, short against a
// request.
constexpr int spinPauses = 2000;
constexpr size_t cacheLine = 64;

void sleepWhile(std::atomic<uint32_t> &word, uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void wakeAll(std::atomic<uint32_t> &word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

// Set while this thread runs a body, so that nested loops run inline.
thread_local bool insideBody = false;

} // namespace

struct ThreadPool::State {
  // Written by the caller before the epoch moves, read by workers after.
  MdcBody body = nullptr;
  void *captures = nullptr;
  int64_t count = 0;
  int64_t parts = 0;
  bool stopping = false;

  unsigned threads = 1;
  int pauses = spinPauses;
  std::vector<std::thread> workers;

  alignas(cacheLine) std::atomic<bool> taken{false};
  alignas(cacheLine) std::atomic<uint32_t> epoch{0};
  alignas(cacheLine) std::atomic<uint32_t> pending{
      0}; // workers that have not acknowledged the epoch
  alignas(cacheLine) std::atomic<uint32_t> sleepers{0};
  alignas(cacheLine) std::atomic<bool> callerSleeps{false};

  void runPart(int64_t part) const {
    // The division keeps count * part from overflowing for any count.
    int64_t share = count / parts, rest = count % parts;
    int64_t begin = share * part + std::min(part, rest);
    body(captures, begin, begin + share + (part < rest ? 1 : 0));
  }

  void awaitEpochAfter(uint32_t seen) {
    for (int pause = 0; pause < pauses; ++pause) {
      if (epoch.load(std::memory_order_acquire) != seen)
        return;
      _mm_pause();
    }
    sleepers.fetch_add(1);
    while (epoch.load() == seen)
      sleepWhile(epoch, seen);
    sleepers.fetch_sub(1);
  }

  void work(int64_t part) {
    insideBody = true;
    for (uint32_t seen = 0;; ++seen) {
      awaitEpochAfter(seen);
      if (stopping)
        return;
      if (part < parts)
        runPart(part);
      if (pending.fetch_sub(1) == 1 && callerSleeps.load())
        wakeAll(pending);
    }
  }

  void announce() {
    pending.store(static_cast<uint32_t>(workers.size()), std::memory_order_relaxed);
    epoch.fetch_add(1);
    if (sleepers.load() != 0)
      wakeAll(epoch);
  }

  void awaitWorkers() {
    for (int pause = 0; pause < pauses; ++pause) {
      if (pending.load(std::memory_order_acquire) == 0)
        return;
      _mm_pause();
    }
    callerSleeps.store(true);
    while (uint32_t left = pending.load())
      sleepWhile(pending, left);
    callerSleeps.store(false, std::memory_order_relaxed);
  }
};

ThreadPool::ThreadPool(unsigned threads) : state_(new State) {
  unsigned cpus = availableCpus();
  state_->threads = threads ? threads : cpus;
  // With more threads than CPUs, a spinning one keeps another from its work.
  state_->pauses = state_->threads > cpus ? 0 : spinPauses;
  state_->workers.reserve(state_->threads - 1);
  for (unsigned part = 1; part < state_->threads; ++part)
    state_->workers.emplace_back([state = state_, part] { state->work(part); });
}

ThreadPool::~ThreadPool() {
  state_->stopping = true;
  state_->announce();
  for (std::thread &worker : state_->workers)
    worker.join();
  delete state_;
}

unsigned ThreadPool::threads() const { return state_->threads; }

void ThreadPool::parallelFor(MdcBody body, void *captures, int64_t count) {
  if (count <= 0)
    return;
  bool alone = state_->workers.empty() || count == 1 || insideBody;
  if (alone || state_->taken.exchange(true, std::memory_order_acquire)) {
    body(captures, 0, count);
    return;
  }
  state_->body = body;
  state_->captures = captures;
  state_->count = count;
  state_->parts = std::min<int64_t>(count, state_->threads);
  state_->announce();
  insideBody = true;
  state_->runPart(0);
  insideBody = false;
  state_->awaitWorkers();
  state_->taken.store(false, std::memory_order_release);
}

} // namespace mdc::cpu
