// Start, devices and the primary context.
#include "State.h"

#include <cstdio>

using namespace mdc::fake;

namespace {

struct ErrorName {
  Result result;
  const char *name;
};

constexpr ErrorName errorNames[] = {
    {success, "CUDA_SUCCESS"},
    {invalidValue, "CUDA_ERROR_INVALID_VALUE"},
    {outOfMemory, "CUDA_ERROR_OUT_OF_MEMORY"},
    {notInitialized, "CUDA_ERROR_NOT_INITIALIZED"},
    {noDevice, "CUDA_ERROR_NO_DEVICE"},
    {invalidDevice, "CUDA_ERROR_INVALID_DEVICE"},
    {invalidImage, "CUDA_ERROR_INVALID_IMAGE"},
    {invalidContext, "CUDA_ERROR_INVALID_CONTEXT"},
    {noBinaryForGpu, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
    {unsupportedPtxVersion, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
    {invalidHandle, "CUDA_ERROR_INVALID_HANDLE"},
    {notFound, "CUDA_ERROR_NOT_FOUND"},
    {notReady, "CUDA_ERROR_NOT_READY"},
    {launchFailed, "CUDA_ERROR_LAUNCH_FAILED"},
    {captureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
    {captureWrongThread, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD"},
};

} // namespace

MDC_FAKE_API cuInit(unsigned flags) {
  State &of = state();
  std::lock_guard lock(of.mutex);
  if (of.settings.fault == "no-device")
    return noDevice;
  of.isInitialized = flags == 0;
  return flags == 0 ? success : invalidValue;
}

MDC_FAKE_API cuDriverGetVersion(int *version) {
  *version = state().settings.fault == "old-driver" ? 11040 : 13000;
  return success;
}

MDC_FAKE_API cuGetErrorName(Result result, const char **name) {
  for (const ErrorName &known : errorNames)
    if (known.result == result) {
      *name = known.name;
      return success;
    }
  *name = nullptr;
  return invalidValue;
}

MDC_FAKE_API cuDeviceGetCount(int *count) {
  MDC_FAKE_ENTER(initialization);
  *count = state().settings.devices;
  return success;
}

MDC_FAKE_API cuDeviceGet(int *device, int index) {
  MDC_FAKE_ENTER(initialization);
  if (index < 0 || index >= state().settings.devices)
    return invalidDevice;
  *device = index;
  return success;
}

MDC_FAKE_API cuDeviceGetName(char *name, int bytes, int device) {
  MDC_FAKE_ENTER(initialization);
  std::snprintf(name, static_cast<size_t>(bytes), "Emulated \"GPU\" %d", device);
  return success;
}

MDC_FAKE_API cuDeviceGetAttribute(int *value, int attribute, int) {
  MDC_FAKE_ENTER(initialization);
  unsigned arch = state().settings.arch;
  switch (attribute) {
  case 75:
    *value = static_cast<int>(arch / 10);
    return success;
  case 76:
    *value = static_cast<int>(arch % 10);
    return success;
  case 97:
    *value = static_cast<int>(mostSharedBytes());
    return success;
  default:
    return invalidValue; // the real one knows more; whoever asks for them adds them here
  }
}

MDC_FAKE_API cuDevicePrimaryCtxRetain(void **context, int) {
  MDC_FAKE_ENTER(initialization);
  ++state().retained;
  *context = &state();
  return success;
}

MDC_FAKE_API cuDevicePrimaryCtxRelease_v2(int) {
  MDC_FAKE_ENTER(initialization);
  if (state().retained == 0)
    return invalidContext;
  --state().retained;
  return success;
}

MDC_FAKE_API cuCtxSetCurrent(void *context) {
  MDC_FAKE_ENTER(initialization);
  if (context && context != &state())
    return invalidContext;
  contextIsCurrent = context != nullptr;
  return success;
}
