// The stages once, from a spec to a binary in the place that a build folder says.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/pipeline/Stage.h"

namespace mdc::pipeline {

/// Nothing of [accuracy] is looked at. `seconds` of the report stays 0.
BuildReport buildOnce(const spec::Spec &spec, const codegen::Target &target,
                      const BuildFolder &folder, unsigned jobs, Stage last,
                      Diagnostics &diagnostics);

} // namespace mdc::pipeline
