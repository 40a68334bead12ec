#include "runtime/serve/Queue.h"

#include <deque>
#include <gtest/gtest.h>

using namespace mdc::serve;

namespace {

// The queue hands slots through without looking at them, so storage is enough.
struct TwoSlots {
  alignas(Slot) std::byte storage[2][sizeof(Slot)];
  std::vector<Slot *> pointers(size_t count) {
    std::vector<Slot *> result;
    for (size_t index = 0; index < count; ++index)
      result.push_back(reinterpret_cast<Slot *>(storage[index]));
    return result;
  }
};

// Runs `body` in its slot and notes its name.
struct NamedJob final : Job {
  NamedJob(std::string name, std::vector<std::string> &ran, std::function<void()> body = {})
      : name(std::move(name)), ran(ran), body(std::move(body)) {}
  void run(Slot &) override {
    ran.push_back(name);
    if (body)
      body();
  }
  std::string name;
  std::vector<std::string> &ran;
  std::function<void()> body;
};

} // namespace

TEST(Queue, RunsAtOnceWhenASlotIsFree) {
  TwoSlots slots;
  Metrics metrics("");
  Queue queue(slots.pointers(1), 0, metrics, [](auto) { FAIL() << "nothing waits"; });
  std::vector<std::string> ran;
  NamedJob job("a", ran);
  EXPECT_TRUE(queue.submit(job));
  EXPECT_TRUE(queue.submit(job));
  EXPECT_EQ(ran, (std::vector<std::string>{"a", "a"}));
  EXPECT_EQ(metrics.inflight.load(), 0);
}

TEST(Queue, RefusesAtOnceWhenTheLineIsFull) {
  TwoSlots slots;
  Metrics metrics("");
  std::deque<std::function<void()>> deferred;
  Queue queue(slots.pointers(1), 2, metrics,
              [&](auto work) { deferred.push_back(std::move(work)); });
  std::vector<std::string> ran;
  NamedJob second("b", ran), third("c", ran), fourth("d", ran);
  // While the first job holds the only slot, two may wait and a third may not.
  NamedJob first("a", ran, [&] {
    EXPECT_TRUE(queue.submit(second));
    EXPECT_TRUE(queue.submit(third));
    EXPECT_EQ(metrics.queueDepth.load(), 2);
    EXPECT_FALSE(queue.submit(fourth));
  });
  EXPECT_TRUE(queue.submit(first));
  while (!deferred.empty()) {
    auto work = std::move(deferred.front());
    deferred.pop_front();
    work();
  }
  EXPECT_EQ(ran, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(metrics.queueDepth.load(), 0);
  EXPECT_EQ(metrics.inflight.load(), 0);
  EXPECT_TRUE(queue.submit(fourth));
}

TEST(Queue, UsesEverySlot) {
  TwoSlots slots;
  Metrics metrics("");
  Queue queue(slots.pointers(2), 0, metrics, [](auto) {});
  std::vector<std::string> ran;
  NamedJob third("c", ran);
  NamedJob second("b", ran, [&] { EXPECT_FALSE(queue.submit(third)); });
  NamedJob first("a", ran, [&] { EXPECT_TRUE(queue.submit(second)); });
  EXPECT_TRUE(queue.submit(first));
  EXPECT_EQ(ran, (std::vector<std::string>{"a", "b"}));
}
