// The steps of a model as calls of its kernels, in one arena per engine.
#include "runtime/cpu/Isa.h"
#include "runtime/cpu/KernelContext.h"
#include "runtime/exec/AlignedBuffer.h"
#include "runtime/exec/Device.h"

#include <algorithm>
#include <chrono>

namespace mdc::cpu {
namespace {

// Adds its lifetime to a sum of seconds; null: measures nothing.
class StepClock {
public:
  explicit StepClock(double *seconds) : seconds_(seconds) {
    if (seconds_)
      start_ = std::chrono::steady_clock::now();
  }
  ~StepClock() {
    if (seconds_)
      *seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  double *seconds_;
  std::chrono::steady_clock::time_point start_;
};

class CpuEngine : public exec::Engine {
public:
  CpuEngine(const exec::Model &model, ThreadPool &pool, MdcIsa isa) : table_(model.table()) {
    kernelContext_.pool = &pool;
    for (uint32_t region = 0; region < table_.regionCount; ++region)
      kernels_.push_back(entryFor(table_.regions[region], isa));
    uint64_t arenaBytes = 0;
    for (uint32_t index = 0; index < table_.variantCount; ++index)
      arenaBytes = std::max(arenaBytes, table_.variants[index].arenaBytes);
    arena_.reserve(arenaBytes);
    for (uint32_t index = 0; index < table_.variantCount; ++index)
      operands_.push_back(operandPointers(table_.variants[index], model.weights()));
  }

  std::byte *input(uint32_t variant, uint32_t index) override {
    return arena_.data() + table_.variants[variant].inputs[index].offset;
  }
  std::byte *output(uint32_t variant, uint32_t index) override {
    return arena_.data() + table_.variants[variant].outputs[index].offset;
  }

  bool run(uint32_t index, std::span<const int64_t> values, std::string &error) override {
    const MdcVariant &variant = table_.variants[index];
    stepExtents_.resize(variant.stepExtentCount);
    for (uint32_t at = 0; at < variant.stepExtentCount; ++at)
      stepExtents_[at] = values[variant.stepExtents[at]];
    kernelContext_.indexFailed.store(false, std::memory_order_relaxed);
    if (runSteps(variant, operands_[index].data()))
      return true;
    error = exec::indexSentence(kernelContext_.badIndex, kernelContext_.badIndexExtent);
    return false;
  }

  void timeRegions(std::vector<double> *seconds) override { regionSeconds_ = seconds; }

private:
  std::vector<void *> operandPointers(const MdcVariant &of, const std::byte *weights) const {
    std::vector<void *> pointers;
    for (uint32_t index = 0; index < of.operandCount; ++index) {
      const MdcOperand &operand = of.operands[index];
      // Kernels take one kind of pointer; weights are mapped read-only, a store into one would
      // trap.
      std::byte *base =
          operand.place == MDC_ARENA ? arena_.data() : const_cast<std::byte *>(weights);
      pointers.push_back(base + operand.offset);
    }
    return pointers;
  }

  bool runSteps(const MdcVariant &variant, void *const *pointers) {
    for (uint32_t index = 0; index < variant.stepCount; ++index) {
      const MdcStep &step = variant.steps[index];
      StepClock clock(regionSeconds_ ? &(*regionSeconds_)[step.region] : nullptr);
      kernels_[step.region](pointers + step.firstOperand, stepExtents_.data() + step.firstExtent,
                            &kernelContext_);
      if (kernelContext_.indexFailed.load(std::memory_order_relaxed))
        return false;
    }
    return true;
  }

  const MdcModel &table_;
  MdcContext kernelContext_;
  exec::AlignedBuffer arena_;
  std::vector<MdcKernel> kernels_;            // per region
  std::vector<std::vector<void *>> operands_; // per variant, in step order
  std::vector<int64_t> stepExtents_;
  std::vector<double> *regionSeconds_ = nullptr;
};

class CpuDevice : public exec::Device {
public:
  CpuDevice(const exec::Model &model, MdcIsa isa, unsigned threads)
      : model_(model), isa_(isa), pool_(threads) {}

  std::string_view name() const override { return isaName(isa_); }
  unsigned threads() const override { return pool_.threads(); }
  unsigned contexts() const override { return std::max(1u, pool_.threads() / 2); }
  std::unique_ptr<exec::Engine> makeEngine() override {
    return std::make_unique<CpuEngine>(model_, pool_, isa_);
  }

private:
  const exec::Model &model_;
  MdcIsa isa_;
  ThreadPool pool_;
};

} // namespace
} // namespace mdc::cpu

namespace mdc::exec {

std::unique_ptr<Device> openDevice(const Model &model, const DeviceOptions &options) {
  MdcIsa isa;
  std::string error;
  if (!cpu::chooseIsa(model.table(), options.isa, isa, error))
    throw DeviceError(DeviceError::Kind::badOption, error);
  return std::make_unique<cpu::CpuDevice>(model, isa, options.threads);
}

std::string describeCode(const MdcModel &model) {
  MdcIsa isa;
  std::string error;
  bool runs = cpu::chooseIsa(model, {}, isa, error);
  return "instructions  " + (runs ? std::string(cpu::isaName(isa)) : error);
}

} // namespace mdc::exec
