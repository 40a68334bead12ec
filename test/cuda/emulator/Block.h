// One block of threads on one core: who runs, who waits, and what all of them share.
#pragma once

#include "test/cuda/emulator/Fiber.h"

#include <cstdint>
#include <deque>
#include <random>
#include <string_view>
#include <vector>

namespace mdc::emulator {

inline constexpr unsigned warpThreads = 32;
inline constexpr unsigned mostThreads = 1024;
inline constexpr unsigned barrierCount = 16;

/// An asynchronous copy to shared memory whose bytes have not landed.
struct Copy {
  void *shared;
  const void *global;
  unsigned bytes, bytesRead; // the rest of `bytes` become zeros
};

/// A thread's part of a wgmma, in rows `row` and `row` + 8 and columns `column` and the next one of
/// each eight.
struct GroupProduct {
  int element;
  unsigned columns;
  void *sums;
  uint64_t left, right;
  bool leftAcross, rightAcross;
  unsigned row, column;
  bool leftIsHeld = false; // in registers, not behind `left`
  uint16_t held[2][16];    // both rows' elements, if so
};

struct Warp;

struct Thread {
  Fiber fiber;
  unsigned index = 0; // in its block
  Warp *warp = nullptr;
  enum { Runnable, Waiting, Left } state = Runnable;
  const char *waitsAt = nullptr; // what it waits at, for messages
  int64_t waitsFor = 0;          // a barrier's number, an mbarrier's address
  std::vector<Copy> openCopies;  // issued, not committed
  std::deque<std::vector<Copy>> copyGroups;
  std::vector<GroupProduct> openProducts; // the same of products
  std::deque<std::vector<GroupProduct>> productGroups;
  bool sumsAreFenced = false;
  bool copiesAreFenced = true; // those that have landed; wgmma reads no others

  unsigned lane() const { return index % warpThreads; }
};

/// A warp and the collective operation that it gathers for.
struct Warp {
  Thread *threads = nullptr;
  unsigned size = 0, runnable = 0;
  const char *operation = nullptr;
  uint32_t expected = 0, arrived = 0; // lanes
  const void *arguments[warpThreads] = {};
  void *results[warpThreads] = {};
};

struct Barrier {
  unsigned arrived = 0, expected = 0; // threads
};

/// What a thread reads of itself; kernels load it directly (retarget.py knows this order).
struct Position {
  uint32_t thread[3], block[3], threads[3], blocks[3], lane;
};

/// Everything below is of the block that runs; one runs at a time.
extern "C" Position mdc_emulator_position;
inline Position &position = mdc_emulator_position;
extern Thread *current;
extern std::mt19937 randomness;
extern bool copiesAreEager;

/// What a barrier of all threads waits for.
unsigned blockThreads();
unsigned dynamicSharedBytes();

/// The calling thread goes on once another one has released it.
void waitAt(const char *what, int64_t which);
void release(Thread &thread);
/// Releases every thread that waits at `what` for `which`.
void releaseAll(const char *what, int64_t which);

/// A barrier of `threads` threads of the block.
void barrier(unsigned number, unsigned threads);
/// The calling thread counts for a barrier but does not wait.
void arriveAtBarrier(unsigned number, unsigned threads);

/// Gathers the lanes of `mask`, each with its arguments and a place for its result; the last one
/// to come calls `compute` once for all. Lanes that are at different operations are a fault.
void collective(const char *operation, uint32_t mask, void *result, const void *arguments,
                void (*compute)(Warp &warp, const void *context), const void *context);

} // namespace mdc::emulator
