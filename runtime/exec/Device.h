// What a process computes on, a CPU or a GPU: the part of a serving binary that differs between
// targets. Each archive of the runtime holds one implementation of it, `cpu/` or `cuda/`.
#pragma once

#include "runtime/exec/Model.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mdc::exec {

// What the flags of a command choose; each target has flags for its own.
struct DeviceOptions {
  unsigned threads = 0; // cpu: for kernels, over all contexts; 0: the CPUs of the cgroup
  std::string isa;      // cpu: "v3", "v4" or "vnni"; empty: the strongest
  unsigned device = 0;  // cuda: index of the GPU as the driver counts
};

// Why nothing can be computed here; one sentence.
class DeviceError : public std::runtime_error {
public:
  enum class Kind {
    badOption,  // a flag asks for what this machine or this binary lacks
    unavailable // no driver, no device, not enough of it, or it failed
  };
  DeviceError(Kind kind, const std::string &sentence) : std::runtime_error(sentence), kind_(kind) {}
  Kind kind() const { return kind_; }

private:
  Kind kind_;
};

// Executes the variants of a model, one run at a time; not thread-safe, but runs may come from
// different threads. Allocates nothing in run() beyond what the first run of an extent needed.
class Engine {
public:
  virtual ~Engine() = default;

  // Memory of the host that holds a graph input before and a graph output after a run of `variant`:
  // dense, row-major, at the extents that kernels see. The same address every time.
  virtual std::byte *input(uint32_t variant, uint32_t index) = 0;
  virtual std::byte *output(uint32_t variant, uint32_t index) = 0;

  // Runs the steps of `variant`; `values` are what its `shape` wrote for the extents that kernels
  // see. False and one sentence when a kernel reported an index out of range. Throws DeviceError
  // when the device failed.
  virtual bool run(uint32_t variant, std::span<const int64_t> values, std::string &error) = 0;

  // From now on run() adds the seconds of each step to (*seconds)[its region]; null: stop.
  virtual void timeRegions(std::vector<double> *seconds) = 0;

  // Whether runs are timed by a device of its own, for deviceSeconds(); at first they are not.
  virtual void timeRuns(bool) {}

  // Seconds that the last timed run took on a device of its own, copies to and from it among them;
  // 0 where the CPU computes.
  virtual double deviceSeconds() const { return 0; }
};

// Shared by the engines that it made, and outlives them.
class Device {
public:
  virtual ~Device() = default;

  // "v4", or "sm_90 NVIDIA H100 80GB HBM3"; holds no quote, backslash or control character.
  virtual std::string_view name() const = 0;
  // Threads that kernels run on; 1 where they run on a GPU.
  virtual unsigned threads() const = 0;
  // Requests that should compute at once unless the user says otherwise.
  virtual unsigned contexts() const = 0;
  // Bytes that this process has allocated on a device of its own; 0 where the CPU computes.
  virtual uint64_t memoryBytes() const { return 0; }
  // Throws DeviceError where its memory does not fit.
  virtual std::unique_ptr<Engine> makeEngine() = 0;
};

// Opens the device of this binary's target for `model`, which outlives it. Throws DeviceError.
std::unique_ptr<Device> openDevice(const Model &model, const DeviceOptions &options);

// A line for `info`: the machine code in this binary, or what this machine would run of it. Needs
// no driver.
std::string describeCode(const MdcModel &model);

// The sentence of an index that a kernel reported, as of mdc_index_error.
std::string indexSentence(int64_t index, int64_t extent);

} // namespace mdc::exec
