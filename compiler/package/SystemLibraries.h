// What a binary that is not static finds beside it in an image that holds nothing else.
#pragma once

#include "compiler/support/Diagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::package {

struct ImageFile {
  std::string path;   // in the image, without the first slash
  std::string source; // on this machine
  unsigned mode = 0644;
};

// The loader and glibc's libraries that a CUDA binary and NVIDIA's driver load, from this machine:
// they are at least as new as what the binary was linked with. None after one error.
std::optional<std::vector<ImageFile>> systemLibraries(Diagnostics &diagnostics);

} // namespace mdc::package
