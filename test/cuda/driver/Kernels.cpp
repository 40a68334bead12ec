// The shared objects of emulated kernels, in the folders that MDC_FAKE_CUDA_KERNELS names.
#include "State.h"

#include <algorithm>
#include <cstdio>
#include <dlfcn.h>
#include <filesystem>
#include <sstream>

namespace mdc::fake {
namespace {

std::vector<void *> openAll() {
  std::vector<void *> libraries;
  std::istringstream folders(state().settings.kernelFolders);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code failed;
    std::vector<std::string> paths;
    for (const auto &file : std::filesystem::directory_iterator(folder, failed))
      if (file.path().extension() == ".so")
        paths.push_back(file.path());
    std::sort(paths.begin(), paths.end());
    for (const std::string &path : paths)
      if (void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL))
        libraries.push_back(library);
      else
        std::fprintf(stderr, "fake driver: %s\n", dlerror());
  }
  return libraries;
}

} // namespace

bool findKernel(const std::string &name, Function &function) {
  static const std::vector<void *> libraries = openAll();
  for (void *library : libraries) {
    function.kernel = reinterpret_cast<Kernel>(dlsym(library, name.c_str()));
    function.emulate = reinterpret_cast<Emulate>(dlsym(library, "mdc_emulate"));
    if (function.kernel && function.emulate)
      return true;
  }
  return false;
}

} // namespace mdc::fake
