// This target's exec::Device.
#include "runtime/cuda/CudaEngine.h"

namespace mdc::cuda {
namespace {

class CudaDevice : public exec::Device {
public:
  CudaDevice(const exec::Model &model, unsigned index) : model_(model, mdc_cuda, index) {}

  std::string_view name() const override { return model_.deviceName(); }
  unsigned threads() const override { return 1; }
  // One computes while the other's request is read and answered.
  unsigned contexts() const override { return 2; }
  uint64_t memoryBytes() const override { return model_.allocatedBytes(); }
  std::unique_ptr<exec::Engine> makeEngine() override {
    model_.makeCurrent();
    return std::make_unique<CudaEngine>(model_);
  }

private:
  CudaModel model_;
};

} // namespace
} // namespace mdc::cuda

namespace mdc::exec {

std::unique_ptr<Device> openDevice(const Model &model, const DeviceOptions &options) {
  return std::make_unique<cuda::CudaDevice>(model, options.device);
}

std::string describeCode(const MdcModel &) { return "device code  " + cuda::codeSummary(mdc_cuda); }

} // namespace mdc::exec
