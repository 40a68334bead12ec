// Removes regions and objects that no recent build needed.
#pragma once

#include "compiler/spec/Spec.h"
#include "compiler/support/Diagnostics.h"

#include <chrono>

namespace mdc::pipeline {

/// Builds whose regions and objects stay, so that a change that leads back finds them.
inline constexpr size_t keptBuilds = 5;

/// To be called after a build of `spec` for `target` that did something, which began at `start`.
/// Removes each file of regions/ and objects/ that none of the last `keptBuilds` builds referred
/// to, in any of its program.json, and that is older than all of them. What cannot be removed
/// stays.
void removeOldObjects(const spec::Spec &spec, const std::string &target,
                      std::chrono::system_clock::time_point start, Diagnostics &diagnostics);

} // namespace mdc::pipeline
