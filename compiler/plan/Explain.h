// Why a step would run.
#pragma once

#include "compiler/plan/StepGraph.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::plan {

struct StepReason {
  const Step *step = nullptr; // in the plan that was asked about
  StepState state = StepState::UpToDate;
  std::string because; // the file that the state is about; empty for CommandChanged
};

// One sentence, without a full stop: "object conv_7.o was never made, or was deleted".
std::string sentence(const StepReason &reason);

// The steps that a build would run now, in an order in which they could. Ninja decides (a dry run);
// nothing here judges times or commands a second time. `buildFolder` holds the plan's build.ninja.
std::optional<std::vector<StepReason>> explain(const Plan &plan, const std::string &buildFolder,
                                               Diagnostics &diagnostics);

// The same from the text that `ninja -n -d explain` printed.
std::vector<StepReason> reasonsFrom(const Plan &plan, llvm::StringRef explanation);

} // namespace mdc::plan
