#include "runtime/cuda/Driver.h"

#include "runtime/exec/Device.h"

#include <dlfcn.h>

namespace mdc::cuda {
namespace {

// What NVIDIA calls the R525 branch: the first driver of CUDA 12, whose calls are all used here.
constexpr int leastVersion = 12000;

std::string versionName(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

[[noreturn]] void unavailable(const std::string &sentence) {
  throw exec::DeviceError(exec::DeviceError::Kind::unavailable, sentence);
}

void find(void *library, void **function, const char *symbol) {
  *function = dlsym(library, symbol);
  if (!*function)
    unavailable(std::string("the NVIDIA driver is too old: it has no ") + symbol +
                "; expected one for CUDA " + versionName(leastVersion) + " or newer");
}

} // namespace

void Driver::open() {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    unavailable(std::string("no NVIDIA driver: ") + (reason ? reason : "libcuda.so.1 is missing") +
                "; this binary was built for --target=cuda and needs one");
  }
#define MDC_CUDA_FIND(member, symbol, parameters)                                                  \
  find(library, reinterpret_cast<void **>(&member), symbol);
  MDC_CUDA_FUNCTIONS(MDC_CUDA_FIND)
#undef MDC_CUDA_FIND
  check(driverGetVersion(&version_), "reading the driver's version");
  if (version_ < leastVersion)
    unavailable("the NVIDIA driver is too old: it supports CUDA " + versionText() + ", expected " +
                versionName(leastVersion) + " or newer");
  Result started = init(0);
  if (started == noDevice)
    unavailable("the NVIDIA driver finds no device; expected at least one GPU");
  check(started, "starting the NVIDIA driver");
}

std::string Driver::versionText() const { return versionName(version_); }

std::string Driver::errorName(Result result) const {
  const char *name = nullptr;
  if (getErrorName(result, &name) != success || !name)
    name = "an unknown error";
  return std::string(name) + " (" + std::to_string(result) + ")";
}

void Driver::check(Result result, const char *what) const {
  if (result != success)
    unavailable(std::string(what) + " failed: " + errorName(result));
}

} // namespace mdc::cuda
