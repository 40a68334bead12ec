// A stand-in for NVIDIA's driver, for machines without a GPU: everything that the entry points in
// this folder share. Device memory is memory of the host, and work waits in its stream until
// somebody synchronizes with it, so that a missing wait shows.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace mdc::fake {

using Result = int;
using Address = uint64_t;

// CUresult
enum : Result {
  success = 0,
  invalidValue = 1,
  outOfMemory = 2,
  notInitialized = 3,
  noDevice = 100,
  invalidDevice = 101,
  invalidImage = 200,
  invalidContext = 201,
  noBinaryForGpu = 209,
  unsupportedPtxVersion = 222,
  invalidHandle = 400,
  notFound = 500,
  notReady = 600,
  launchFailed = 719,
  captureUnsupported = 900,
  captureWrongThread = 908
};

// Work of a stream; what it refers to is copied.
using Operation = std::function<Result()>;

struct Graph {
  std::vector<Operation> operations;
};

struct Event {
  bool isTimed = true;
  uint64_t records = 0, done = 0; // as many as were put on a stream, as many as it came to
  std::chrono::steady_clock::time_point time;
};

struct Stream {
  std::deque<Operation> waiting;
  std::unique_ptr<Graph> capture; // what it records; null: it does not
  std::thread::id captureThread;
};

// How a shared object of kernels runs one: once for each thread of each block.
using Kernel = void (*)(const uint64_t *arguments);
using Emulate = void (*)(Kernel kernel, const uint64_t *arguments, const unsigned grid[3],
                         unsigned threads, unsigned sharedBytes);

struct Function {
  std::string name;
  Kernel kernel = nullptr;
  Emulate emulate = nullptr;
  size_t wordBytes = 0; // of its parameter
  unsigned mostSharedBytes = 48 << 10;
};

struct Module {
  bool isPtx = false;
  std::string image;
  std::vector<std::unique_ptr<Function>> functions;
};

// What the environment asks for; README.md lists it.
struct Settings {
  std::string fault;  // MDC_FAKE_CUDA
  unsigned arch = 80; // MDC_FAKE_CUDA_ARCH
  uint64_t memoryBytes = uint64_t{1} << 30;
  int devices = 1;
  std::string kernelFolders, logPath;
  Settings();
};

struct State {
  std::recursive_mutex mutex;
  Settings settings;
  bool isInitialized = false;
  Result failure = success; // of a kernel; every later call gives it again
  int retained = 0;         // the primary context
  uint64_t usedBytes = 0, peakBytes = 0;
  std::map<Address, size_t> deviceMemory;
  std::map<void *, size_t> pinnedMemory;
  std::map<Module *, std::unique_ptr<Module>> modules;
  std::map<Stream *, std::unique_ptr<Stream>> streams;
  std::map<Event *, std::unique_ptr<Event>> events;
  std::map<Graph *, std::unique_ptr<Graph>> graphs, executables;
  // Counted for the log.
  std::map<std::string, uint64_t> launches;
  uint64_t graphLaunches = 0, instantiations = 0, copiedToDevice = 0, copiedToHost = 0;
};

State &state();

// Of this thread; set by cuCtxSetCurrent.
extern thread_local bool contextIsCurrent;

// Most dynamic shared memory of a block on this device, as the programming guide's table of
// features has it.
unsigned mostSharedBytes();

// Writes the counts to MDC_FAKE_CUDA_LOG, if it is set.
void writeLog(const State &state);

// What an entry point asks for before it does anything.
enum class Needs { initialization, context, contextOutsideCapture };

// Locks the state for one call. `refusal`: what to return at once, or success.
struct Entry {
  explicit Entry(Needs needs);
  std::lock_guard<std::recursive_mutex> lock;
  Result refusal;
};

// Records or queues `operation`.
Result enqueue(Stream *stream, Operation operation);
// Runs what waits; stops at the first failure.
Result drain(Stream &stream);
Result drainAll();

// Bytes of a kernel's only parameter, as PTX and cubins declare them; 0: no such kernel.
size_t parameterBytes(const Module &module, const std::string &name);

// The kernel of this name in the shared objects; false where none has it.
bool findKernel(const std::string &name, Function &function);

} // namespace mdc::fake

#define MDC_FAKE_API extern "C" __attribute__((visibility("default"))) mdc::fake::Result
#define MDC_FAKE_ENTER(needs)                                                                      \
  mdc::fake::Entry entry(mdc::fake::Needs::needs);                                                 \
  if (entry.refusal != mdc::fake::success)                                                         \
  return entry.refusal
