// One execution context on the device: a stream, an arena and pinned memory for inputs and outputs.
#pragma once

#include "runtime/cuda/CudaModel.h"
#include "runtime/cuda/GraphCache.h"
#include "runtime/exec/Device.h"

namespace mdc::cuda {

class CudaEngine : public exec::Engine {
public:
  // Throws DeviceError where the device has no room for one more arena.
  explicit CudaEngine(CudaModel &model);
  ~CudaEngine() override;

  std::byte *input(uint32_t variant, uint32_t index) override;
  std::byte *output(uint32_t variant, uint32_t index) override;
  bool run(uint32_t variant, std::span<const int64_t> values, std::string &error) override;
  void timeRegions(std::vector<double> *seconds) override;
  void timeRuns(bool on) override { runsAreTimed_ = on; }
  double deviceSeconds() const override;

private:
  // Where a variant's tensors lie in pinned memory and its operands on the device.
  struct VariantPlaces {
    std::vector<size_t> inputs, outputs;
    std::vector<Address> operands;
  };

  size_t layOut(const MdcVariant &variant, VariantPlaces &places) const;
  void copyInputs(uint32_t variant, std::span<const int64_t> values);
  void copyOutputs(uint32_t variant, std::span<const int64_t> values);
  void launchSteps(uint32_t variant, std::span<const int64_t> values);
  void fillWords(uint32_t variant, uint32_t step, std::span<const int64_t> values);
  void launch(const MdcCudaLaunch &launch, std::span<const int64_t> values);
  GraphExecHandle graphFor(uint32_t variant, std::span<const int64_t> values);
  void runGraph(uint32_t variant, std::span<const int64_t> values);
  void runTimed(uint32_t variant, std::span<const int64_t> values);
  void clearStatus();
  void recordStep(uint32_t step);

  MdcCudaStatus &status() const { return *static_cast<MdcCudaStatus *>(pinned_.get()); }
  std::byte *pinned() const { return static_cast<std::byte *>(pinned_.get()); }

  CudaModel &model_;
  const Driver &driver_;
  const MdcModel &table_;
  ArenaLayout layout_;
  DeviceMemory arena_;
  PinnedMemory pinned_; // an MdcCudaStatus, then the tensors of the largest variant
  Stream stream_;
  Event start_, end_;
  std::vector<VariantPlaces> variants_;
  GraphCache graphs_;
  std::vector<uint64_t> words_; // a kernel's parameter
  bool statusIsSet_ = false;    // on the device, by the run before
  bool runsAreTimed_ = false;
  std::vector<double> *regionSeconds_ = nullptr;
  std::vector<Event> stepEvents_; // start of each step and the end; while regions are timed
};

} // namespace mdc::cuda
