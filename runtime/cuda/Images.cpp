#include "runtime/cuda/Images.h"

#include "runtime/exec/Device.h"

#include <algorithm>
#include <zlib.h>

namespace mdc::cuda {

static_assert(offsetof(MdcCudaImage, stored) == 16 && sizeof(MdcCudaImage) == 40);
static_assert(sizeof(MdcCudaModule) == 16 && sizeof(MdcCudaVariant) == 16);
static_assert(offsetof(MdcCudaKernel, module) == 8 && sizeof(MdcCudaKernel) == 24);
static_assert(offsetof(MdcCudaMap, extents) == 16 && sizeof(MdcCudaMap) == 72);
static_assert(offsetof(MdcCudaLaunch, maps) == 32 && sizeof(MdcCudaLaunch) == 48);
static_assert(offsetof(MdcCudaStatus, index) == 8 && sizeof(MdcCudaStatus) == 24);
static_assert(offsetof(MdcCuda, modules) == 8 && sizeof(MdcCuda) == 32);

bool runsOn(const MdcCudaImage &image, ComputeCapability device) {
  if (image.specific)
    return image.arch == device;
  if (image.code == MDC_CUDA_PTX)
    return image.arch <= device;
  return image.arch / 10 == device / 10 && image.arch <= device;
}

std::string imageName(const MdcCudaImage &image) {
  std::string arch = "sm_" + std::to_string(image.arch) + (image.specific ? "a" : "");
  return image.code == MDC_CUDA_PTX ? "PTX of " + arch : arch;
}

std::string codeSummary(const MdcCuda &code) {
  std::vector<std::string> names;
  for (uint32_t module = 0; module < code.moduleCount; ++module)
    for (uint32_t image = 0; image < code.modules[module].imageCount; ++image) {
      std::string name = imageName(code.modules[module].images[image]);
      if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
    }
  std::string summary;
  for (const std::string &name : names)
    summary += (summary.empty() ? "" : ", ") + name;
  return summary.empty() ? "none" : summary;
}

std::vector<char> inflateImage(const MdcCudaImage &image) {
  std::vector<char> inflated(image.bytes);
  uLongf bytes = image.bytes;
  int result = uncompress(reinterpret_cast<Bytef *>(inflated.data()), &bytes, image.stored,
                          image.storedBytes);
  if (result != Z_OK || bytes != image.bytes)
    throw exec::DeviceError(exec::DeviceError::Kind::unavailable, "the device code for " +
                                                                      imageName(image) +
                                                                      " in this binary is damaged");
  return inflated;
}

} // namespace mdc::cuda
