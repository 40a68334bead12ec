// Why a build would do something now.
#pragma once

#include "compiler/pipeline/Pipeline.h"
#include "compiler/spec/Spec.h"
#include "compiler/support/Diagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// A step that `mdc build` would run now, and why.
struct StepNeeded {
  std::string step; ///< "link"
  std::string why;  ///< one sentence: "'model.o' changed since"
};

/// In an order in which they could run, from what the last build planned; empty: all is up to date.
/// None after one error.
std::optional<std::vector<StepNeeded>> whyBuild(const spec::Spec &spec, Target target,
                                                Diagnostics &diagnostics);

} // namespace mdc::pipeline
