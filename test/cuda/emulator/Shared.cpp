#include "test/cuda/emulator/Shared.h"
#include "test/cuda/emulator/Fault.h"

#include <cstring>
#include <dlfcn.h>
#include <vector>

namespace mdc::emulator {

static constexpr unsigned guardBytes = 4096;
static constexpr char poison = '\xff';

// what kernels call their dynamic shared memory (retarget.py)
extern "C" char mdc_emulator_shared[mostSharedBytes + guardBytes];
alignas(1024) char mdc_emulator_shared[mostSharedBytes + guardBytes];

struct StaticVariables {
  char *begin, *end;
  const void *library;
};
static std::vector<StaticVariables> &staticVariables() {
  static std::vector<StaticVariables> all;
  return all;
}

static const void *libraryOf(const void *address) {
  Dl_info info = {};
  return dladdr(address, &info) ? info.dli_fbase : nullptr;
}

/// Called by the constructor of every retargeted module.
extern "C" void mdc_emulator_register(char *begin, char *end) {
  staticVariables().push_back({begin, end, libraryOf(begin)});
}

extern "C" void mdc_emulator_unregister(char *begin) {
  std::erase_if(staticVariables(), [&](const StaticVariables &v) { return v.begin == begin; });
}

void poisonSharedMemory(const void *kernel, unsigned dynamicBytes) {
  std::memset(mdc_emulator_shared, poison, dynamicBytes + guardBytes);
  if (staticVariables().empty())
    return;
  static const void *lastKernel = nullptr, *library = nullptr;
  if (kernel != lastKernel)
    library = libraryOf(kernel);
  lastKernel = kernel;
  for (const StaticVariables &variables : staticVariables())
    if (variables.library == library)
      std::memset(variables.begin, poison, variables.end - variables.begin);
}

void checkSharedMemory(unsigned dynamicBytes) {
  for (unsigned i = 0; i < guardBytes; ++i)
    if (mdc_emulator_shared[dynamicBytes + i] != poison)
      fault("the block wrote to byte %u of its %u bytes of dynamic shared memory", dynamicBytes + i,
            dynamicBytes);
}

bool isShared(const void *address, unsigned bytes) {
  const auto *first = static_cast<const char *>(address);
  if (first >= mdc_emulator_shared && first + bytes <= mdc_emulator_shared + mostSharedBytes)
    return true;
  for (const StaticVariables &variables : staticVariables())
    if (first >= variables.begin && first + bytes <= variables.end)
      return true;
  return false;
}

uint32_t sharedAddress(const void *address) {
  if (!isShared(address, 1))
    fault("%p is not in shared memory", address);
  return static_cast<uint32_t>(static_cast<const char *>(address) - mdc_emulator_shared);
}

void *sharedPointer(uint32_t address) { return mdc_emulator_shared + address; }

} // namespace mdc::emulator
