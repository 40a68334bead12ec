// NVIDIA's driver, found at run time: the functions that this runtime calls, declared here because
// no CUDA header is used. Names and values are those of the driver API's reference (cuda.h of the
// toolkit, 12.0 and later).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mdc::cuda {

using Result = int;       // CUresult
using Ordinal = int;      // CUdevice
using Address = uint64_t; // CUdeviceptr
using ContextHandle = struct CUctx_st *;
using ModuleHandle = struct CUmod_st *;
using FunctionHandle = struct CUfunc_st *;
using StreamHandle = struct CUstream_st *;
using EventHandle = struct CUevent_st *;
using GraphHandle = struct CUgraph_st *;
using GraphExecHandle = struct CUgraphExec_st *;

// CUresult
enum : Result {
  success = 0,
  outOfMemory = 2,
  noDevice = 100,
  invalidImage = 200,
  noBinaryForGpu = 209,
  invalidPtx = 218,
  unsupportedPtxVersion = 222
};

// CUdevice_attribute
enum : int {
  attributeComputeMajor = 75,
  attributeComputeMinor = 76,
  attributeSharedBytesOptIn = 97 // most dynamic shared memory of a block
};

// CUtensorMapDataType
enum : int { tensorUint8 = 0, tensorFloat16 = 6, tensorBfloat16 = 9 };

// The rest of the values that are passed.
enum : unsigned {
  functionMaxDynamicSharedBytes = 8, // CUfunction_attribute
  streamNonBlocking = 1,             // does not wait for the legacy default stream
  captureThreadLocal = 1,            // CUstreamCaptureMode
  eventDefault = 0,
  eventDisableTiming = 2,
  tensorInterleaveNone = 0, // CUtensorMapInterleave
  tensorSwizzle128B = 3,    // CUtensorMapSwizzle
  tensorPromote256B = 3,    // CUtensorMapL2promotion
  tensorFillZeros = 0       // CUtensorMapFloatOOBfill
};

// X(member, symbol, parameters)
#define MDC_CUDA_FUNCTIONS(X)                                                                      \
  X(init, "cuInit", (unsigned flags))                                                              \
  X(driverGetVersion, "cuDriverGetVersion", (int *version))                                        \
  X(getErrorName, "cuGetErrorName", (Result result, const char **name))                            \
  X(deviceGetCount, "cuDeviceGetCount", (int *count))                                              \
  X(deviceGet, "cuDeviceGet", (Ordinal * device, int index))                                       \
  X(deviceGetName, "cuDeviceGetName", (char *name, int bytes, Ordinal device))                     \
  X(deviceGetAttribute, "cuDeviceGetAttribute", (int *value, int attribute, Ordinal device))       \
  X(primaryContextRetain, "cuDevicePrimaryCtxRetain", (ContextHandle * context, Ordinal device))   \
  X(primaryContextRelease, "cuDevicePrimaryCtxRelease_v2", (Ordinal device))                       \
  X(contextSetCurrent, "cuCtxSetCurrent", (ContextHandle context))                                 \
  X(moduleLoadData, "cuModuleLoadData", (ModuleHandle * module, const void *image))                \
  X(moduleUnload, "cuModuleUnload", (ModuleHandle module))                                         \
  X(moduleGetFunction, "cuModuleGetFunction",                                                      \
    (FunctionHandle * function, ModuleHandle module, const char *name))                            \
  X(functionSetAttribute, "cuFuncSetAttribute",                                                    \
    (FunctionHandle function, int attribute, int value))                                           \
  X(tensorMapEncodeTiled, "cuTensorMapEncodeTiled",                                                \
    (void *map, int type, uint32_t rank, void *address, const uint64_t *extents,                   \
     const uint64_t *strideBytes, const uint32_t *box, const uint32_t *elementStrides,             \
     unsigned interleave, unsigned swizzle, unsigned promotion, unsigned fill))                    \
  X(memoryGetInfo, "cuMemGetInfo_v2", (size_t *freeBytes, size_t *totalBytes))                     \
  X(memoryAllocate, "cuMemAlloc_v2", (Address * address, size_t bytes))                            \
  X(memoryFree, "cuMemFree_v2", (Address address))                                                 \
  X(hostAllocate, "cuMemAllocHost_v2", (void **start, size_t bytes))                               \
  X(hostFree, "cuMemFreeHost", (void *start))                                                      \
  X(copyToDevice, "cuMemcpyHtoDAsync_v2",                                                          \
    (Address to, const void *from, size_t bytes, StreamHandle stream))                             \
  X(copyToHost, "cuMemcpyDtoHAsync_v2",                                                            \
    (void *to, Address from, size_t bytes, StreamHandle stream))                                   \
  X(setBytes, "cuMemsetD8Async",                                                                   \
    (Address to, unsigned char value, size_t bytes, StreamHandle stream))                          \
  X(streamCreate, "cuStreamCreate", (StreamHandle * stream, unsigned flags))                       \
  X(streamDestroy, "cuStreamDestroy_v2", (StreamHandle stream))                                    \
  X(streamSynchronize, "cuStreamSynchronize", (StreamHandle stream))                               \
  X(streamBeginCapture, "cuStreamBeginCapture_v2", (StreamHandle stream, unsigned mode))           \
  X(streamEndCapture, "cuStreamEndCapture", (StreamHandle stream, GraphHandle * graph))            \
  X(eventCreate, "cuEventCreate", (EventHandle * event, unsigned flags))                           \
  X(eventDestroy, "cuEventDestroy_v2", (EventHandle event))                                        \
  X(eventRecord, "cuEventRecord", (EventHandle event, StreamHandle stream))                        \
  X(eventSynchronize, "cuEventSynchronize", (EventHandle event))                                   \
  X(eventElapsed, "cuEventElapsedTime", (float *milliseconds, EventHandle start, EventHandle end)) \
  X(graphInstantiate, "cuGraphInstantiateWithFlags",                                               \
    (GraphExecHandle * executable, GraphHandle graph, unsigned long long flags))                   \
  X(graphDestroy, "cuGraphDestroy", (GraphHandle graph))                                           \
  X(graphExecDestroy, "cuGraphExecDestroy", (GraphExecHandle executable))                          \
  X(graphLaunch, "cuGraphLaunch", (GraphExecHandle executable, StreamHandle stream))               \
  X(launchKernel, "cuLaunchKernel",                                                                \
    (FunctionHandle function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,     \
     unsigned blockY, unsigned blockZ, unsigned sharedBytes, StreamHandle stream,                  \
     void **parameters, void **extra))

// The table of functions. Loaded once per process; the library stays loaded.
class Driver {
public:
#define MDC_CUDA_MEMBER(member, symbol, parameters) Result(*member) parameters = nullptr;
  MDC_CUDA_FUNCTIONS(MDC_CUDA_MEMBER)
#undef MDC_CUDA_MEMBER

  // Finds the library and its functions, initializes it and checks its version. Throws DeviceError
  // with one sentence: no driver, too old a driver, no device.
  void open();

  // 13000 for CUDA 13.0.
  int version() const { return version_; }
  std::string versionText() const;

  // "CUDA_ERROR_ILLEGAL_ADDRESS (700)".
  std::string errorName(Result result) const;
  // Throws DeviceError "WHAT failed: ERROR" unless `result` is success.
  void check(Result result, const char *what) const;

private:
  int version_ = 0;
};

} // namespace mdc::cuda
