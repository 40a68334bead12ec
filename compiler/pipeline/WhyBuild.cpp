#include "compiler/pipeline/WhyBuild.h"

#include "compiler/link/Ptxas.h"
#include "compiler/link/Toolchain.h"
#include "compiler/pipeline/BuildPlan.h"
#include "compiler/pipeline/GatedBuild.h"
#include "compiler/pipeline/Options.h"
#include "compiler/plan/Explain.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

std::optional<std::vector<StepNeeded>> whyBuild(const spec::Spec &spec, Target kind,
                                                Diagnostics &diagnostics) {
  const codegen::Target target =
      kind == Target::Cpu
          ? cpuTargetOf(spec)
          : cudaTargetOf(spec, link::choosePtxas(link::listPtxas(), newestArchOf(spec).ptxasSince));
  // What is judged first is what a change makes anew.
  const bool gated = spec.accuracy.has_value();
  const BuildFolder folder(spec, gated ? GatedBuild::candidateFolder : "", target.name);
  std::optional<ProgramState> state = readState(folder.at(BuildFolder::state));
  if (!state || !llvm::sys::fs::exists(folder.at(BuildFolder::plan)))
    return std::vector<StepNeeded>{{"everything", "nothing was built in this folder yet"}};
  std::optional<link::Toolchain> toolchain =
      link::findToolchain(link::runtimeFolder("cpu"), diagnostics);
  if (toolchain)
    toolchain = link::toolchainFor(target.name, *toolchain, diagnostics);
  if (!toolchain)
    return std::nullopt;
  llvm::SmallString<256> specPath(spec.path);
  llvm::sys::fs::make_absolute(specPath);
  plan::Plan plan = buildPlanOf(
      {gated ? std::string() : specPath.str().str(), folder, *state, *toolchain, target});
  auto reasons = plan::explain(plan, folder.root, diagnostics);
  if (!reasons)
    return std::nullopt;
  std::vector<StepNeeded> steps;
  for (const plan::StepReason &reason : *reasons)
    steps.push_back({reason.step->description, plan::sentence(reason)});
  return steps;
}

} // namespace mdc::pipeline
