#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Mbarriers.h"
#include "test/cuda/emulator/Shared.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

namespace mdc::emulator {

extern "C" Position mdc_emulator_position = {};
Thread *current = nullptr;
std::mt19937 randomness;
bool copiesAreEager = false;

static Thread threads[mostThreads];
static Warp warps[mostThreads / warpThreads];
static Barrier barriers[barrierCount];
static Fiber scheduler;
static unsigned threadCount, sharedBytes, threadsLeft;
static uint32_t seed = 1;
static void (*entry)(const uint64_t *);
static const uint64_t *entryArguments;

unsigned blockThreads() { return threadCount; }
unsigned dynamicSharedBytes() { return sharedBytes; }

void waitAt(const char *what, int64_t which) {
  Thread &thread = *current;
  thread.state = Thread::Waiting;
  thread.waitsAt = what;
  thread.waitsFor = which;
  --thread.warp->runnable;
  switchFiber(thread.fiber, scheduler);
}

void release(Thread &thread) {
  thread.state = Thread::Runnable;
  ++thread.warp->runnable;
}

void releaseAll(const char *what, int64_t which) {
  for (unsigned i = 0; i < threadCount; ++i)
    if (threads[i].state == Thread::Waiting && threads[i].waitsFor == which &&
        !std::strcmp(threads[i].waitsAt, what))
      release(threads[i]);
}

static bool completesBarrier(unsigned number, unsigned expected) {
  if (number >= barrierCount || expected % warpThreads && expected != threadCount)
    fault("barrier %u of %u threads, expected a number below %u and whole warps", number, expected,
          barrierCount);
  Barrier &barrier = barriers[number];
  if (barrier.arrived && barrier.expected != expected)
    fault("barrier %u is for %u threads here, others wait there for %u", number, expected,
          barrier.expected);
  barrier.expected = expected;
  if (++barrier.arrived < expected)
    return false;
  barrier.arrived = 0;
  releaseAll("a barrier", number);
  return true;
}

void barrier(unsigned number, unsigned expected) {
  if (!completesBarrier(number, expected))
    waitAt("a barrier", number);
}

void arriveAtBarrier(unsigned number, unsigned expected) { completesBarrier(number, expected); }

void collective(const char *operation, uint32_t mask, void *result, const void *arguments,
                void (*compute)(Warp &warp, const void *context), const void *context) {
  Warp &warp = *current->warp;
  const unsigned lane = current->lane();
  if (!(mask >> lane & 1))
    fault("%s: the mask 0x%08x leaves out the lane that calls it", operation, mask);
  if (warp.arrived && (std::strcmp(warp.operation, operation) || warp.expected != mask))
    fault("the warp has diverged: lane %u is at %s, others wait at %s", lane, operation,
          warp.operation);
  for (unsigned other = 0; other < warpThreads; ++other)
    if (mask >> other & 1 && (other >= warp.size || warp.threads[other].state == Thread::Left))
      fault("%s waits for lane %u, which is not in the kernel any more", operation, other);
  warp.operation = operation;
  warp.expected = mask;
  warp.arguments[lane] = arguments;
  warp.results[lane] = result;
  warp.arrived |= 1u << lane;
  if (warp.arrived != mask)
    return waitAt(operation, 0);
  compute(warp, context);
  warp.arrived = 0;
  for (unsigned other = 0; other < warp.size; ++other)
    if (mask >> other & 1 && other != lane)
      release(warp.threads[other]);
}

/// Runs on a thread's own stack.
static void runThread() {
  entry(entryArguments);
  Thread &thread = *current;
  thread.state = Thread::Left;
  --thread.warp->runnable;
  ++threadsLeft;
  if (thread.warp->arrived)
    fault("left the kernel while its warp waits at %s", thread.warp->operation);
  switchFiber(thread.fiber, scheduler);
  fault("a thread went on after its end");
}

[[noreturn]] static void stuck() {
  std::map<std::string_view, unsigned> waiting;
  for (unsigned i = 0; i < threadCount; ++i)
    if (threads[i].state == Thread::Waiting) {
      current = &threads[i];
      ++waiting[current->waitsAt];
    }
  std::string text;
  for (auto [what, count] : waiting)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " threads wait at " +
            std::string(what);
  fault("deadlock: %s, %u threads have left the kernel", text.c_str(), threadsLeft);
}

static void runWarp(Warp &warp) {
  const unsigned first = randomness() % warp.size;
  for (unsigned i = 0; i < warp.size; ++i) {
    Thread &thread = warp.threads[(first + i) % warp.size];
    if (thread.state != Thread::Runnable)
      continue;
    current = &thread;
    position.thread[0] = thread.index;
    position.lane = thread.lane();
    switchFiber(scheduler, thread.fiber);
    current = nullptr;
  }
}

/// Warps in random order. Some blocks favour one warp for long, so that it runs far ahead.
static void runBlock() {
  const unsigned warpCount = (threadCount + warpThreads - 1) / warpThreads;
  const unsigned burst = randomness() % 2 ? 1 : 64;
  while (threadsLeft < threadCount) {
    const unsigned first = randomness() % warpCount;
    unsigned chosen = first;
    for (unsigned i = 0; i < warpCount && !warps[chosen].runnable; ++i)
      chosen = (first + i) % warpCount;
    if (!warps[chosen].runnable) {
      if (!landTile())
        stuck();
      continue;
    }
    for (unsigned turn = 0; turn < burst && warps[chosen].runnable; ++turn)
      runWarp(warps[chosen]);
  }
}

static void prepareBlock() {
  threadsLeft = 0;
  forgetMbarriers();
  std::fill(std::begin(barriers), std::end(barriers), Barrier());
  for (unsigned i = 0; i < threadCount; ++i) {
    Thread &thread = threads[i];
    Warp &warp = warps[i / warpThreads];
    if (i % warpThreads == 0)
      warp = Warp{&thread};
    ++warp.size, ++warp.runnable;
    thread.index = i;
    thread.warp = &warp;
    thread.state = Thread::Runnable;
    thread.openCopies.clear();
    thread.copyGroups.clear();
    thread.openProducts.clear();
    thread.productGroups.clear();
    thread.sumsAreFenced = false;
    thread.copiesAreFenced = true;
    prepare(thread.fiber, runThread);
  }
}

static void onSegmentationFault(int, siginfo_t *info, void *) {
  fault("reads or writes memory at %p, which belongs to none of its operands", info->si_addr);
}

static void catchSegmentationFaults() {
  struct sigaction action = {};
  action.sa_sigaction = onSegmentationFault;
  action.sa_flags = SA_SIGINFO | SA_RESETHAND;
  sigaction(SIGSEGV, &action, nullptr);
}

static void readEnvironment() {
  if (const char *text = std::getenv("MDC_EMULATOR_SEED"))
    seed = std::strtoul(text, nullptr, 10);
  if (const char *text = std::getenv("MDC_EMULATOR_COPIES"))
    copiesAreEager = !std::strcmp(text, "eager");
}

static void prepareOnce() {
  static std::once_flag prepared;
  std::call_once(prepared, [] {
    readEnvironment();
    catchSegmentationFaults();
  });
}

static void emulate(const unsigned grid[3]) {
  for (unsigned axis = 0; axis < 3; ++axis) {
    position.threads[axis] = axis ? 1 : threadCount;
    position.blocks[axis] = grid[axis];
  }
  for (unsigned z = 0; z < grid[2]; ++z)
    for (unsigned y = 0; y < grid[1]; ++y)
      for (unsigned x = 0; x < grid[0]; ++x) {
        position.block[0] = x, position.block[1] = y, position.block[2] = z;
        poisonSharedMemory(reinterpret_cast<const void *>(entry), sharedBytes);
        prepareBlock();
        runBlock();
        checkSharedMemory(sharedBytes);
      }
}

} // namespace mdc::emulator

using namespace mdc::emulator;

/// Runs every block of a kernel; returns when all have finished. Calls from several host threads
/// take turns.
extern "C" void mdc_emulate(void (*kernel)(const uint64_t *), const uint64_t *arguments,
                            const unsigned grid[3], unsigned blockSize, unsigned dynamicBytes) {
  static std::mutex turns;
  std::lock_guard lock(turns);
  prepareOnce();
  if (blockSize == 0 || blockSize > mostThreads)
    fault("a block of %u threads, expected 1 to %u", blockSize, mostThreads);
  if (dynamicBytes > mostSharedBytes)
    fault("%u bytes of shared memory, expected at most %u", dynamicBytes, mostSharedBytes);
  entry = kernel;
  entryArguments = arguments;
  threadCount = blockSize;
  sharedBytes = dynamicBytes;
  randomness.seed(seed);
  emulate(grid);
}

/// Instead of MDC_EMULATOR_SEED and MDC_EMULATOR_COPIES.
extern "C" void mdc_emulator_configure(unsigned newSeed, int eager) {
  prepareOnce();
  seed = newSeed;
  copiesAreEager = eager != 0;
}
