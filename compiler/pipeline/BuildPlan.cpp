#include "compiler/pipeline/BuildPlan.h"

#include "compiler/pipeline/StepCommands.h"
#include "compiler/plan/NinjaWriter.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace mdc::pipeline {

static std::vector<std::string> objectsOf(const RegionState &region,
                                          const codegen::Target &target) {
  if (target.isGpu())
    return {BuildFolder::object(region.name, target.name)};
  std::vector<std::string> objects;
  for (const lower::Machine &level : lower::levelsFor(target.levels, region.multipliesBytes))
    objects.push_back(BuildFolder::object(region.name, level.name.str()));
  return objects;
}

std::vector<std::string> objectsOf(const ProgramState &state, const codegen::Target &target) {
  std::vector<std::string> objects;
  for (const RegionState &region : state.regions)
    llvm::append_range(objects, objectsOf(region, target));
  return objects;
}

static plan::Step compileStep(const RegionState &region, const codegen::Target &target) {
  plan::Step step;
  step.outputs = objectsOf(region, target);
  std::vector<std::string> words =
      target.isGpu() ? compileGpuRegionCommand(region.name, target)
                     : compileRegionCommand(
                           region.name, lower::levelsFor(target.levels, region.multipliesBytes));
  if (target.isGpu())
    step.outputs.push_back(BuildFolder::deviceCode(region.name));
  step.inputs = {BuildFolder::regionText(region.name)};
  step.implicitInputs = {compilerPath()};
  if (target.isGpu())
    for (llvm::StringRef name : codegen::mainLoopFiles())
      step.implicitInputs.push_back(target.mainLoops + "/" + name.str() + ".bc");
  step.command = plan::shellCommand(words);
  step.description = "compile " + (region.nodes.empty() ? region.name : region.nodes.front());
  return step;
}

static plan::Step linkStep(const BuildPlanInputs &inputs) {
  const std::string executable = inputs.folder.inRoot(BuildFolder::executable);
  link::LinkInputs parts{objectsOf(inputs.state, inputs.target), executable, inputs.entry};
  parts.objects.push_back(inputs.folder.inRoot(BuildFolder::table));
  link::LinkCommand command = link::linkCommand(inputs.toolchain, parts);
  plan::Step step;
  step.outputs = {executable};
  step.inputs = parts.objects;
  step.implicitInputs = {inputs.toolchain.runtimeArchive};
  if (inputs.entry == link::Entry::Observe)
    step.implicitInputs.push_back(inputs.toolchain.observeArchive);
  step.command = plan::shellCommand(command.words);
  step.responseFile = command.responseFile;
  step.responseText = command.responseText;
  step.description = "link";
  return step;
}

static plan::Step finishStep(const BuildPlanInputs &inputs) {
  plan::Step step;
  step.outputs = {inputs.folder.binaryPath};
  for (const char *part : {BuildFolder::executable, BuildFolder::weights, BuildFolder::manifest})
    step.inputs.push_back(inputs.folder.inRoot(part));
  step.implicitInputs = {compilerPath()};
  step.command = plan::shellCommand(finishCommand(inputs.folder));
  step.description = "append weights and manifest";
  return step;
}

static std::string absolute(const std::string &path) {
  llvm::SmallString<256> full(path);
  llvm::sys::fs::make_absolute(full);
  return full.str().str();
}

static plan::Step generatorStep(const BuildPlanInputs &inputs) {
  plan::Step step;
  step.outputs = {BuildFolder::plan};
  step.inputs = {inputs.specPath};
  for (const std::string &source : inputs.state.sources)
    step.inputs.push_back(absolute(source));
  step.implicitInputs = {compilerPath()};
  step.command = plan::shellCommand(planCommand(inputs.specPath, inputs.target.name));
  step.description = "plan";
  step.generator = true;
  return step;
}

plan::Plan buildPlanOf(const BuildPlanInputs &inputs) {
  plan::Plan plan;
  if (!inputs.specPath.empty())
    plan.add(generatorStep(inputs));
  for (const RegionState &region : inputs.state.regions)
    plan.add(compileStep(region, inputs.target));
  plan.add(linkStep(inputs));
  plan.add(finishStep(inputs));
  plan.addDefault(inputs.folder.binaryPath);
  return plan;
}

} // namespace mdc::pipeline
