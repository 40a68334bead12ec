// Starts other programs: compilers, the linker, the built binary.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>

namespace mdc {

struct Captured {
  int exitCode = 0;
  std::string output; ///< what the program wrote, standard output and errors in their order
};

/// Runs `words` (program first; found on PATH if it has no slash) with this process's own standard
/// streams and returns its exit code. None and one error if it cannot be started or a signal ended
/// it.
std::optional<int> run(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics);

/// The same, with what it writes kept instead of shown and an empty standard input.
std::optional<Captured> capture(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics);

/// Becomes the program, so that signals reach it directly. Returns only on failure, after one
/// error.
void becomeProgram(llvm::ArrayRef<std::string> words, Diagnostics &diagnostics);

} // namespace mdc
