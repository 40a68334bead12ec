// The back half of a build: Ninja compiles a program's regions, links and finishes a binary.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/pipeline/BuildPlan.h"
#include "compiler/pipeline/Stage.h"
#include "compiler/plan/NinjaOutput.h"
#include "compiler/support/ExitCode.h"

namespace mdc::pipeline {

class BackHalf {
public:
  /// `modelPath` names the model in errors.
  BackHalf(const BuildPlanInputs &inputs, std::string modelPath, Diagnostics &diagnostics)
      : inputs_(inputs), modelPath_(std::move(modelPath)), diagnostics_(diagnostics) {}

  /// Writes the manifest (whatever the program says of it is filled in here) and the plan.
  bool writePlan(package::Manifest manifest);

  /// Runs what is out of date up to `last`, `jobs` steps at once. Errors name the nodes whose
  /// region failed.
  ExitCode run(Stage last, unsigned jobs);

  unsigned stepsRun() const { return stepsRun_; }

private:
  ExitCode report(llvm::ArrayRef<plan::FailedStep> failures);
  void reportFailure(const plan::FailedStep &failure);

  const BuildPlanInputs inputs_;
  std::string modelPath_;
  Diagnostics &diagnostics_;
  unsigned stepsRun_ = 0;
};

} // namespace mdc::pipeline
