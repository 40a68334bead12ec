// The command that links a model's objects with the runtime.
#pragma once

#include "compiler/link/Toolchain.h"

#include <string>
#include <vector>

namespace mdc::link {

// What the program does when it starts.
enum class Entry {
  Serve,   // the command line of a serving binary
  Observe, // runs over samples for the build itself
};

struct LinkInputs {
  std::vector<std::string> objects; // kernels and the model table; their order decides the layout
  std::string output; // an ELF without weights; package/Binary makes a serving binary of it
  Entry entry = Entry::Serve;
};

struct LinkCommand {
  std::vector<std::string> words; // program first
  // One object a line, for the file named `responseFile`, which `words` reads as "@FILE": a model
  // may have more objects than a command line holds.
  std::string responseFile;
  std::string responseText;
};

// A stripped executable without build id, static or a PIE as the toolchain says: equal inputs give
// equal bytes in any folder. Unused runtime parts are dropped and equal functions folded.
LinkCommand linkCommand(const Toolchain &toolchain, const LinkInputs &inputs);

} // namespace mdc::link
