// What the processor that mdc itself runs on can do.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace mdc::pipeline {

/// The strongest level that it runs, as target.cpu.isa names it: "v3", "v4", "vnni"; or "below v3".
llvm::StringRef levelOfThisMachine();

/// Whether it runs code for a level.
bool runsOnThisMachine(llvm::StringRef level);

} // namespace mdc::pipeline
