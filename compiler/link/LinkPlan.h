// The command that links a model's objects with the runtime.
#pragma once

#include "compiler/link/Toolchain.h"

#include <string>
#include <vector>

namespace mdc::link {

struct LinkInputs {
  std::vector<std::string> objects; // kernels and the model table; their order decides the layout
  std::string output; // an ELF without weights; package/Binary makes a serving binary of it
};

struct LinkCommand {
  std::vector<std::string> words; // program first
  // One object a line, for the file named `responseFile`, which `words` reads as "@FILE": a model
  // may have more objects than a command line holds.
  std::string responseFile;
  std::string responseText;
};

// A static, stripped, non-PIE executable without build id: equal inputs give equal bytes in any
// folder. Unused runtime parts are dropped and equal functions folded.
LinkCommand linkCommand(const Toolchain &toolchain, const LinkInputs &inputs);

} // namespace mdc::link
