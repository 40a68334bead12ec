#include "runtime/cpu/ThreadPool.h"

#include <atomic>
#include <ctime>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace mdc::cpu {
namespace {

struct Counts {
  explicit Counts(size_t count) : visits(count) {}
  std::vector<std::atomic<int>> visits;
  ThreadPool *pool = nullptr;
};

void visit(void *captures, int64_t begin, int64_t end) {
  auto *counts = static_cast<Counts *>(captures);
  for (int64_t at = begin; at < end; ++at)
    ++counts->visits[static_cast<size_t>(at)];
}

TEST(ThreadPool, VisitsEveryIndexOnce) {
  for (unsigned threads : {1u, 2u, 3u, 7u}) {
    ThreadPool pool(threads);
    for (int64_t count : {0, 1, 2, 5, 6, 7, 8, 1000}) {
      Counts counts(static_cast<size_t>(count));
      pool.parallelFor(visit, &counts, count);
      for (const std::atomic<int> &visits : counts.visits)
        ASSERT_EQ(visits, 1);
    }
  }
}

TEST(ThreadPool, ServesManyShortJobsInARow) {
  ThreadPool pool(4);
  Counts counts(4);
  for (int job = 0; job < 20000; ++job)
    pool.parallelFor(visit, &counts, 4);
  for (const std::atomic<int> &visits : counts.visits)
    EXPECT_EQ(visits, 20000);
}

TEST(ThreadPool, IsSharedBetweenContexts) {
  ThreadPool pool(3);
  std::vector<std::thread> contexts;
  std::vector<Counts> counts;
  for (int context = 0; context < 4; ++context)
    counts.emplace_back(100);
  for (Counts &own : counts)
    contexts.emplace_back([&] {
      for (int job = 0; job < 500; ++job)
        pool.parallelFor(visit, &own, 100);
    });
  for (std::thread &context : contexts)
    context.join();
  for (const Counts &own : counts)
    for (const std::atomic<int> &visits : own.visits)
      ASSERT_EQ(visits, 500);
}

void nest(void *captures, int64_t begin, int64_t end) {
  auto *counts = static_cast<Counts *>(captures);
  for (int64_t at = begin; at < end; ++at)
    counts->pool->parallelFor(visit, counts, static_cast<int64_t>(counts->visits.size()));
}

TEST(ThreadPool, NestedLoopsRunInline) {
  ThreadPool pool(3);
  Counts counts(10);
  counts.pool = &pool;
  pool.parallelFor(nest, &counts, 6);
  for (const std::atomic<int> &visits : counts.visits)
    EXPECT_EQ(visits, 6);
}

TEST(ThreadPool, BurnsNoCpuWhenIdle) {
  ThreadPool pool(4);
  Counts counts(4);
  pool.parallelFor(visit, &counts, 4);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  double busySeconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_LT(busySeconds, 0.02);
}

} // namespace
} // namespace mdc::cpu
