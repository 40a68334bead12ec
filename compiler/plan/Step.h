// One build step: a command, what it reads and what it writes.
#pragma once

#include <string>
#include <vector>

namespace mdc::plan {

// Where a step stands when a build is asked for. A step is skipped only in the first state; every
// other one is a reason to run it, and `mdc explain` prints that reason.
enum class StepState {
  UpToDate,       // every output exists, is newer than every input, and came from this very command
  OutputMissing,  // an output was never made, or was deleted
  InputNewer,     // an input changed after the output was made
  InputMissing,   // an input does not exist and no step makes it
  CommandChanged, // made by another command line: an option changed, or mdc itself
  InputRuns,      // nothing of its own, but a step it reads from runs
};

// Paths are relative to the build folder, or absolute for what lies outside of it.
struct Step {
  std::vector<std::string> outputs;        // at least one; no other step may write them
  std::vector<std::string> inputs;         // what the command names
  std::vector<std::string> implicitInputs; // what it reads besides: tools, archives, headers
  std::string command;                     // for `sh -c`; see shellQuote
  std::string description;  // what a person sees while it runs: "compile conv_7 (v4)"
  std::string pool;         // "" or a pool of the plan: at most so many run at once
  std::string responseFile; // "" or a file that holds responseText while it runs
  std::string responseText;
  bool restat = false;    // may leave outputs untouched; steps behind them are then skipped
  bool generator = false; // writes build.ninja itself; a changed command alone does not rerun it
};

} // namespace mdc::plan
