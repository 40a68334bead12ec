// One region for one level: from its text to an object.
#pragma once

#include "compiler/lower/Machine.h"
#include "compiler/support/Diagnostics.h"

#include <string>

namespace mdc::pipeline {

/// The file's name without its extension is the region's. False after one error.
bool compileRegionFile(const std::string &path, const lower::Machine &level,
                       const std::string &objectPath, Diagnostics &diagnostics);

} // namespace mdc::pipeline
