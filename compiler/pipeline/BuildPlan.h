// The back half of a build as steps for Ninja.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/link/LinkPlan.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/pipeline/ProgramState.h"
#include "compiler/plan/StepGraph.h"

namespace mdc::pipeline {

struct BuildPlanInputs {
  std::string specPath; ///< absolute
  const BuildFolder &folder;
  const ProgramState &state;
  const link::Toolchain &toolchain;
  const codegen::Target &target;
  link::Entry entry = link::Entry::Serve;
};

/// One step for each region, then link and finish; the plan makes itself anew when the spec, the
/// model or mdc changed.
plan::Plan buildPlanOf(const BuildPlanInputs &inputs);

/// The objects of all regions, in the order of linking.
std::vector<std::string> objectsOf(const ProgramState &state, const codegen::Target &target);

} // namespace mdc::pipeline
