// A fixed set of slots and a bounded line in front of them. A job runs on the thread that submits
// it when a slot is free, which saves a low-load request two thread changes; otherwise it waits,
// and whoever gives a slot back hands it to the longest waiting job.
#pragma once

#include "runtime/serve/Metrics.h"
#include "runtime/serve/Slot.h"

#include <functional>
#include <mutex>
#include <vector>

namespace mdc::serve {

// Owned by the submitter, which keeps it alive until run() has returned; linked into the line
// without allocation.
class Job {
public:
  virtual void run(Slot &slot) = 0;

protected:
  ~Job() = default;

private:
  friend class Queue;
  Job *next_ = nullptr;
  Clock::time_point submitted_;
};

class Queue {
public:
  // Calls its argument soon, on some other thread or later on this one.
  using Defer = std::function<void(std::function<void()>)>;

  Queue(std::vector<Slot *> slots, unsigned waitingMax, Metrics &metrics, Defer defer);

  // True: the job has run or will run. False: all slots are busy and the line is full.
  bool submit(Job &job);

private:
  void runWith(Slot &slot, Job &job);

  std::mutex mutex_;
  std::vector<Slot *> free_;
  Job *first_ = nullptr;
  Job *last_ = nullptr;
  unsigned waiting_ = 0;
  const unsigned waitingMax_;
  Metrics &metrics_;
  Defer defer_;
};

} // namespace mdc::serve
