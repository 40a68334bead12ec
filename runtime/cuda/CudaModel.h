// What all engines of a process share: the driver, the device's context, the kernels and the
// weights.
#pragma once

#include "mdc/cuda.h"
#include "runtime/cuda/Images.h"
#include "runtime/cuda/Owned.h"
#include "runtime/exec/Model.h"

#include <atomic>
#include <string>
#include <vector>

namespace mdc::cuda {

// The context that a process shares with every library in it; kept as long as this lives.
class PrimaryContext {
public:
  PrimaryContext(const Driver &driver, Ordinal device);
  ~PrimaryContext();
  PrimaryContext(const PrimaryContext &) = delete;
  PrimaryContext &operator=(const PrimaryContext &) = delete;

  // Driver calls of a thread need a current context; cheap where it is so already.
  void makeCurrent() const;

private:
  const Driver &driver_;
  Ordinal device_;
  ContextHandle handle_ = nullptr;
};

class CudaModel {
public:
  // Opens device `index`, loads all modules and copies the weights. Throws DeviceError.
  CudaModel(const exec::Model &model, const MdcCuda &code, unsigned index);

  const Driver &driver() const { return driver_; }
  const MdcModel &table() const { return model_.table(); }
  const MdcCuda &code() const { return code_; }
  void makeCurrent() const { context_.makeCurrent(); }

  // Whether the image that was loaded of its module defines a kernel, as MdcCudaKernel.home says.
  bool isLoaded(uint32_t kernel) const { return functions_[kernel] != nullptr; }
  FunctionHandle function(uint32_t kernel) const { return functions_[kernel]; }
  Address weights() const { return weights_.get(); }

  // `what` is a plural: "the weights". Throws DeviceError that says how much is needed and free.
  DeviceMemory allocate(size_t bytes, const char *what);
  uint64_t allocatedBytes() const { return allocatedBytes_.load(); }

  // "sm_90 NVIDIA H100 80GB HBM3".
  const std::string &deviceName() const { return deviceName_; }

private:
  Ordinal openDevice(unsigned index);
  int attribute(int which) const;
  void loadModule(const MdcCudaModule &module);
  void findFunction(const MdcCudaKernel &kernel);
  void checkMemory() const;

  const exec::Model &model_;
  const MdcCuda &code_;
  Driver driver_;
  ComputeCapability capability_ = 0;
  std::string deviceName_;
  Ordinal device_ = 0; // openDevice() also sets the two above
  PrimaryContext context_;
  struct Loaded {
    Module module;
    bool isSpecific; // the image
  };
  std::vector<Loaded> modules_;
  std::vector<FunctionHandle> functions_; // per kernel; null: its image lacks it
  std::atomic<uint64_t> allocatedBytes_{0};
  DeviceMemory weights_;
};

// Device memory of one engine; the arena of the largest variant with MDC_SLACK behind it, then an
// MdcCudaStatus.
struct ArenaLayout {
  uint64_t statusAt = 0;
  uint64_t bytes = 0;
};
ArenaLayout arenaLayout(const MdcModel &model);

} // namespace mdc::cuda
