// Writes a plan as a Ninja file.
#pragma once

#include "compiler/plan/StepGraph.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mdc::plan {

// A path as it stands in a `build` line: '$', ' ' and ':' carry a '$'.
std::string ninjaPath(llvm::StringRef path);
// Text behind `name = `: '$' doubled; a line break, which Ninja cannot hold, becomes a space.
std::string ninjaValue(llvm::StringRef text);

// One word for `sh -c`: quoted unless it is plain.
std::string shellQuote(llvm::StringRef word);
std::string shellCommand(const std::vector<std::string> &words);

// The whole file. Steps are ordered by their first output, so the text depends on the plan's
// content alone. The plan must have passed Plan::check.
std::string ninjaText(const Plan &plan);

} // namespace mdc::plan
