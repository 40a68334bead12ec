// The assembler of the CUDA Toolkit: where it may lie, and whether it is new enough.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/VersionTuple.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::link {

struct Ptxas {
  std::string path;
  llvm::VersionTuple version; // of the toolkit; empty: it does not say one
  std::string problem;        // why it says none

  bool canBeUsed(llvm::VersionTuple oldest) const { return problem.empty() && version >= oldest; }
  std::string versionText() const { // "of CUDA 13.0"
    return problem.empty() ? "of CUDA " + version.getAsString() : "of no known version";
  }
};

// All that are there, each asked for its version, in the order of the search: PATH, CUDA_HOME,
// PyPI's wheel in the Python environment of VIRTUAL_ENV, and /usr/local/cuda where CUDA_HOME names
// no other toolkit.
std::vector<Ptxas> listPtxas();

// The path of the first one that is of `oldest` or later; empty: there is none.
std::string choosePtxas(llvm::ArrayRef<Ptxas> all, llvm::VersionTuple oldest);

// One error that names those of a list that is not empty and of which none can be used. `why`:
// what the oldest version is needed for.
void refusePtxas(llvm::ArrayRef<Ptxas> all, llvm::VersionTuple oldest, const std::string &why,
                 Diagnostics &diagnostics);

// The version in what `ptxas --version` writes: "release 13.0, V13.0.88"; empty: none.
llvm::VersionTuple ptxasVersionIn(llvm::StringRef output);

// What to do where none can be used.
inline constexpr llvm::StringLiteral ptxasRemedy =
    "install the CUDA Toolkit 13.0 or set CUDA_HOME to it; or, in an active Python environment, "
    "pip install nvidia-cuda-nvcc==13.0.88";

} // namespace mdc::link
