// Modules, functions and launches. A module's code is only looked at; what runs is the kernel of
// the same name in a shared object of emulated ones.
#include "State.h"

#include <algorithm>
#include <cstring>
#include <elf.h>

using namespace mdc::fake;

namespace {

// A file's end is where its last table ends; cubins have the section headers behind everything but
// the program headers.
size_t elfBytes(const char *image) {
  Elf64_Ehdr header;
  std::memcpy(&header, image, sizeof(header));
  return std::max<size_t>(header.e_shoff + size_t{header.e_shnum} * header.e_shentsize,
                          header.e_phoff + size_t{header.e_phnum} * header.e_phentsize);
}

// ".target sm_90a" runs on 90 alone, ".target sm_80" on anything newer.
Result checkPtx(const std::string &text) {
  size_t at = text.find(".target sm_");
  if (text.find(".version ") == std::string::npos || at == std::string::npos)
    return invalidImage;
  size_t digits = 0;
  unsigned arch = static_cast<unsigned>(std::stoul(text.substr(at + 11, 4), &digits));
  bool isSpecific = text[at + 11 + digits] == 'a';
  unsigned device = state().settings.arch;
  return (isSpecific ? arch == device : arch <= device) ? success : noBinaryForGpu;
}

bool isFunction(const Function *function) {
  for (auto &[module, owner] : state().modules)
    for (const std::unique_ptr<Function> &known : module->functions)
      if (known.get() == function)
        return true;
  return false;
}

} // namespace

MDC_FAKE_API cuModuleLoadData(Module **module, const void *image) {
  MDC_FAKE_ENTER(contextOutsideCapture);
  auto made = std::make_unique<Module>();
  const char *bytes = static_cast<const char *>(image);
  made->isPtx = std::memcmp(bytes, ELFMAG, SELFMAG) != 0;
  const std::string &fault = state().settings.fault;
  if (fault == (made->isPtx ? "refuses-ptx" : "refuses-cubin"))
    return made->isPtx ? unsupportedPtxVersion : invalidImage;
  made->image = made->isPtx ? std::string(bytes) : std::string(bytes, elfBytes(bytes));
  if (Result wrong = made->isPtx ? checkPtx(made->image) : success)
    return wrong;
  *module = made.get();
  state().modules[*module] = std::move(made);
  return success;
}

MDC_FAKE_API cuModuleUnload(Module *module) {
  MDC_FAKE_ENTER(contextOutsideCapture);
  return state().modules.erase(module) ? success : invalidHandle;
}

MDC_FAKE_API cuModuleGetFunction(Function **function, Module *module, const char *name) {
  MDC_FAKE_ENTER(context);
  if (!state().modules.contains(module))
    return invalidHandle;
  auto made = std::make_unique<Function>();
  made->name = name;
  made->wordBytes = parameterBytes(*module, name);
  constexpr size_t mostBytes = 4096; // what every device and driver takes
  if (made->wordBytes == 0 || made->wordBytes > mostBytes || !findKernel(name, *made))
    return notFound;
  *function = made.get();
  module->functions.push_back(std::move(made));
  return success;
}

MDC_FAKE_API cuFuncSetAttribute(Function *function, int attribute, int value) {
  MDC_FAKE_ENTER(context);
  if (!isFunction(function))
    return invalidHandle;
  unsigned bytes = static_cast<unsigned>(value);
  if (attribute != 8 || value < 0 || bytes > mostSharedBytes())
    return invalidValue;
  function->mostSharedBytes = bytes;
  return success;
}

MDC_FAKE_API cuLaunchKernel(Function *function, unsigned gridX, unsigned gridY, unsigned gridZ,
                            unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,
                            Stream *stream, void **parameters, void **extra) {
  MDC_FAKE_ENTER(context);
  if (!isFunction(function))
    return invalidHandle;
  bool fits = gridX > 0 && gridX <= 0x7fffffff && gridY > 0 && gridY <= 65535 && gridZ > 0 &&
              gridZ <= 65535 && blockX > 0 && blockX <= 1024 && blockY == 1 && blockZ == 1 &&
              sharedBytes <= function->mostSharedBytes && parameters && !extra;
  if (!fits)
    return invalidValue;
  std::vector<uint64_t> words(function->wordBytes / sizeof(uint64_t));
  std::memcpy(words.data(), parameters[0], function->wordBytes);
  return enqueue(stream, [=] {
    unsigned grid[3] = {gridX, gridY, gridZ};
    if (state().settings.fault == "launch-fails")
      return launchFailed;
    function->emulate(function->kernel, words.data(), grid, blockX, sharedBytes);
    ++state().launches[function->name];
    return success;
  });
}
