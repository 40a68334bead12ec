#include "runtime/cuda/CudaModel.h"

#include "runtime/cuda/Weights.h"
#include "runtime/exec/Device.h"

#include <algorithm>

namespace mdc::cuda {
namespace {

// What a kernel may use without asking, on every device.
constexpr uint32_t plainSharedBytes = 48 << 10;

[[noreturn]] void unavailable(const std::string &sentence) {
  throw exec::DeviceError(exec::DeviceError::Kind::unavailable, sentence);
}

// The image is of a kind that this driver cannot read.
bool isRefusal(Result result) {
  for (Result refusal : {invalidImage, noBinaryForGpu, invalidPtx, unsupportedPtxVersion})
    if (result == refusal)
      return true;
  return false;
}

// Fits JSON and Prometheus' labels as it is.
std::string printable(const char *text) {
  std::string out(text);
  for (char &character : out)
    if (character < ' ' || character > '~' || character == '"' || character == '\\')
      character = ' ';
  return out;
}

std::string number(uint64_t value) { return std::to_string(value); }

} // namespace

PrimaryContext::PrimaryContext(const Driver &driver, Ordinal device)
    : driver_(driver), device_(device) {
  driver.check(driver.primaryContextRetain(&handle_, device), "opening the device");
  makeCurrent();
}

PrimaryContext::~PrimaryContext() { driver_.primaryContextRelease(device_); }

void PrimaryContext::makeCurrent() const {
  driver_.check(driver_.contextSetCurrent(handle_), "using the device");
}

ArenaLayout arenaLayout(const MdcModel &model) {
  uint64_t arenaBytes = 0;
  for (uint32_t index = 0; index < model.variantCount; ++index)
    arenaBytes = std::max(arenaBytes, model.variants[index].arenaBytes);
  ArenaLayout layout;
  layout.statusAt =
      (arenaBytes + MDC_SLACK + MDC_CUDA_ALIGNMENT - 1) / MDC_CUDA_ALIGNMENT * MDC_CUDA_ALIGNMENT;
  layout.bytes = layout.statusAt + sizeof(MdcCudaStatus);
  return layout;
}

CudaModel::CudaModel(const exec::Model &model, const MdcCuda &code, unsigned index)
    : model_(model), code_(code), device_(openDevice(index)), context_(driver_, device_) {
  for (uint32_t module = 0; module < code.moduleCount; ++module)
    loadModule(code.modules[module]);
  for (uint32_t kernel = 0; kernel < code.kernelCount; ++kernel)
    findFunction(code.kernels[kernel]);
  checkMemory();
  uint64_t weightBytes = table().weightBytes;
  weights_ = allocate(weightBytes + MDC_SLACK, "the weights");
  uploadWeights(driver_, model.weights(), weightBytes, weights_.get());
}

Ordinal CudaModel::openDevice(unsigned index) {
  driver_.open();
  int count = 0;
  driver_.check(driver_.deviceGetCount(&count), "counting devices");
  if (count == 0)
    unavailable("the NVIDIA driver finds no device; expected at least one GPU");
  if (index >= static_cast<unsigned>(count))
    unavailable("there is no device " + number(index) + "; expected 0 to " + number(count - 1) +
                " as --device or MDC_DEVICE");
  Ordinal device = 0;
  driver_.check(driver_.deviceGet(&device, static_cast<int>(index)), "opening the device");
  device_ = device;
  char name[256] = {};
  driver_.check(driver_.deviceGetName(name, sizeof(name), device), "asking for the device's name");
  capability_ = static_cast<unsigned>(attribute(attributeComputeMajor) * 10 +
                                      attribute(attributeComputeMinor));
  deviceName_ = "sm_" + number(capability_) + " " + printable(name);
  return device;
}

int CudaModel::attribute(int which) const {
  int value = 0;
  driver_.check(driver_.deviceGetAttribute(&value, which, device_),
                "asking for the device's facts");
  return value;
}

void CudaModel::loadModule(const MdcCudaModule &module) {
  Result result = success;
  std::string refused;
  // Drivers differ in what they say of an image that is too new, so any refusal leads to the next.
  for (uint32_t index = 0; index < module.imageCount; ++index) {
    const MdcCudaImage &image = module.images[index];
    if (!runsOn(image, capability_))
      continue;
    ModuleHandle handle = nullptr;
    result = driver_.moduleLoadData(&handle, inflateImage(image).data());
    if (result == success) {
      modules_.push_back({Module(driver_, handle), image.specific != 0});
      return;
    }
    if (result == outOfMemory)
      break;
    refused = imageName(image);
  }
  if (result == success)
    unavailable("this binary has no code for device " + deviceName_ + "; it holds " +
                codeSummary(code_));
  if (!isRefusal(result))
    driver_.check(result, "loading the device code");
  unavailable("the NVIDIA driver is too old for the code in this binary: it supports CUDA " +
              driver_.versionText() + " and refused " + refused + ": " + driver_.errorName(result));
}

void CudaModel::findFunction(const MdcCudaKernel &kernel) {
  std::string what = std::string("loading kernel ") + kernel.name;
  FunctionHandle function = nullptr;
  const Loaded &loaded = modules_[kernel.module];
  if (kernel.home == (loaded.isSpecific ? MDC_CUDA_GENERIC : MDC_CUDA_SPECIFIC)) {
    functions_.push_back(nullptr);
    return;
  }
  driver_.check(driver_.moduleGetFunction(&function, loaded.module.get(), kernel.name),
                what.c_str());
  functions_.push_back(function);
  if (kernel.sharedBytes <= plainSharedBytes)
    return;
  int most = attribute(attributeSharedBytesOptIn);
  if (kernel.sharedBytes > static_cast<unsigned>(most))
    unavailable(std::string("kernel ") + kernel.name + " needs " + number(kernel.sharedBytes) +
                " bytes of shared memory, device " + deviceName_ + " has " + number(most));
  driver_.check(driver_.functionSetAttribute(function, functionMaxDynamicSharedBytes,
                                             static_cast<int>(kernel.sharedBytes)),
                what.c_str());
}

// Before the long work: the weights and one arena.
void CudaModel::checkMemory() const {
  size_t freeBytes = 0, totalBytes = 0;
  driver_.check(driver_.memoryGetInfo(&freeBytes, &totalBytes), "asking for the free memory");
  uint64_t arenaBytes = arenaLayout(table()).bytes;
  uint64_t needed = table().weightBytes + MDC_SLACK + arenaBytes;
  if (needed > freeBytes)
    unavailable("device " + deviceName_ + " has too little memory: " + number(needed) +
                " bytes are needed (" + number(table().weightBytes) + " for weights, " +
                number(arenaBytes) + " for one context), " + number(freeBytes) + " are free");
}

DeviceMemory CudaModel::allocate(size_t bytes, const char *what) {
  Address address = 0;
  Result result = driver_.memoryAllocate(&address, bytes);
  if (result == outOfMemory) {
    size_t freeBytes = 0, totalBytes = 0;
    driver_.check(driver_.memoryGetInfo(&freeBytes, &totalBytes), "asking for the free memory");
    unavailable("device " + deviceName_ + " has too little memory: " + number(bytes) +
                " bytes are needed for " + what + ", " + number(freeBytes) + " are free");
  }
  driver_.check(result, "allocating device memory");
  allocatedBytes_ += bytes;
  return {driver_, address};
}

} // namespace mdc::cuda
