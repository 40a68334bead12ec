#include "runtime/serve/Queue.h"

#include <utility>

namespace mdc::serve {

Queue::Queue(std::vector<Slot *> slots, unsigned waitingMax, Metrics &metrics, Defer defer)
    : free_(std::move(slots)), waitingMax_(waitingMax), metrics_(metrics),
      defer_(std::move(defer)) {}

bool Queue::submit(Job &job) {
  job.submitted_ = Clock::now();
  job.next_ = nullptr;
  Slot *slot = nullptr;
  {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
    } else if (waiting_ < waitingMax_) {
      (last_ ? last_->next_ : first_) = &job;
      last_ = &job;
      ++waiting_;
    } else {
      return false;
    }
    metrics_.queueDepth.store(waiting_, std::memory_order_relaxed);
  }
  metrics_.inflight.fetch_add(1, std::memory_order_relaxed);
  if (slot)
    runWith(*slot, job);
  return true;
}

void Queue::runWith(Slot &slot, Job &job) {
  metrics_.queue.observe(Clock::now() - job.submitted_);
  job.run(slot);
  metrics_.inflight.fetch_sub(1, std::memory_order_relaxed);
  Job *next;
  {
    std::lock_guard lock(mutex_);
    next = first_;
    if (!next) {
      free_.push_back(&slot);
      return;
    }
    first_ = next->next_;
    if (!first_)
      last_ = nullptr;
    --waiting_;
    metrics_.queueDepth.store(waiting_, std::memory_order_relaxed);
  }
  // Deferred, not run here: this thread still holds the connection of the job that has just ended.
  defer_([this, &slot, next] { runWith(slot, *next); });
}

} // namespace mdc::serve
