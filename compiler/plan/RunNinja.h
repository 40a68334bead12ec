// Runs the plan in a build folder through Ninja.
#pragma once

#include "compiler/plan/NinjaOutput.h"

#include "compiler/support/Diagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::plan {

struct RunOptions {
  std::string buildFolder;          // where the steps run
  std::string plan = "build.ninja"; // of it
  unsigned jobs = 0;                // 0: one per core
  bool keepGoing = false; // run what can still run after a failure, so that all failures show
  std::vector<std::string> outputs; // empty: the plan's defaults
};

struct RunReport {
  unsigned stepsRun = 0; // 0: everything was up to date
  // In the order of failing; empty if the build is done. The texts are the steps' own diagnostics,
  // ready to print.
  std::vector<FailedStep> failures;
};

// Runs what is out of date. On a terminal stderr shows one line, "[n/m] description", rewritten in
// place and cleared at the end; elsewhere nothing is printed. A failed step is a report, not an
// error: none, after one error, means that Ninja itself is missing or refused the plan.
std::optional<RunReport> run(const RunOptions &options, Diagnostics &diagnostics);

// What `ninja -n -d explain` says about the default outputs.
std::optional<std::string> ninjaExplanation(const std::string &buildFolder,
                                            Diagnostics &diagnostics);

} // namespace mdc::plan
