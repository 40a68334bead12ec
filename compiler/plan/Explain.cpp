#include "compiler/plan/Explain.h"

#include "compiler/plan/RunNinja.h"

#include "llvm/ADT/StringMap.h"

#include <set>

namespace mdc::plan {

std::string sentence(const StepReason &reason) {
  switch (reason.state) {
  case StepState::UpToDate:
    return "up to date";
  case StepState::OutputMissing:
    return "'" + reason.because + "' was never made, or was deleted";
  case StepState::InputNewer:
    return "'" + reason.because + "' changed since";
  case StepState::InputMissing:
    return "'" + reason.because + "' does not exist and no step makes it";
  case StepState::CommandChanged:
    return "its command changed";
  case StepState::InputRuns:
    return "'" + reason.because + "' is made anew";
  }
  return "";
}

namespace {

struct Cause {
  StepState state;
  std::string file;
};

// One sentence of Ninja's; `output` is the file that it explains. False for the ones that only
// repeat a decision ("X is dirty").
bool parseCause(llvm::StringRef line, std::string &output, Cause &cause) {
  for (llvm::StringRef prefix : {"output ", "restat of output ", "recorded mtime of "}) {
    llvm::StringRef text = line;
    if (!text.consume_front(prefix) || !text.contains(" older than most recent input "))
      continue;
    auto [path, input] = text.split(" older than most recent input ");
    output = path.str();
    cause = {StepState::InputNewer, input.substr(0, input.rfind(" (")).str()};
    return true;
  }
  for (llvm::StringRef prefix :
       {"command line changed for ", "command line not found in log for "}) {
    llvm::StringRef text = line;
    if (text.consume_front(prefix)) {
      output = text.str();
      cause = {StepState::CommandChanged, ""};
      return true;
    }
  }
  llvm::StringRef text = line;
  if (text.consume_front("output ") && text.consume_back(" doesn't exist")) {
    output = text.str();
    cause = {StepState::OutputMissing, output};
    return true;
  }
  return false;
}

// Steps behind their producers; the plan has no cycle.
class RunOrder {
public:
  explicit RunOrder(const Plan &plan) : plan_(plan), seen_(plan.steps().size(), false) {}

  std::vector<const Step *> all() {
    for (const Step &step : plan_.steps())
      visit(step);
    return std::move(order_);
  }

private:
  void visit(const Step &root) {
    // (step, its inputs were visited); explicit, since a chain of steps may be long.
    std::vector<std::pair<const Step *, bool>> stack{{&root, false}};
    while (!stack.empty()) {
      auto [step, expanded] = stack.back();
      stack.pop_back();
      size_t index = step - plan_.steps().data();
      if (expanded) {
        order_.push_back(step);
        continue;
      }
      if (seen_[index])
        continue;
      seen_[index] = true;
      stack.push_back({step, true});
      for (const auto *paths : {&step->inputs, &step->implicitInputs})
        for (const std::string &path : *paths)
          if (const Step *source = plan_.producerOf(path))
            stack.push_back({source, false});
    }
  }

  const Plan &plan_;
  std::vector<bool> seen_;
  std::vector<const Step *> order_;
};

} // namespace

std::vector<StepReason> reasonsFrom(const Plan &plan, llvm::StringRef explanation) {
  llvm::StringMap<Cause> causes; // by output
  std::set<std::string> missing;
  while (!explanation.empty()) {
    llvm::StringRef line;
    std::tie(line, explanation) = explanation.split('\n');
    if (!line.consume_front("ninja explain: "))
      continue;
    std::string output;
    Cause cause{StepState::UpToDate, ""};
    llvm::StringRef text = line;
    if (parseCause(line, output, cause))
      causes.try_emplace(output, cause);
    else if (text.consume_back(" has no in-edge and is missing"))
      missing.insert(text.str());
  }

  std::vector<StepReason> reasons;
  std::set<const Step *> running;
  for (const Step *step : RunOrder(plan).all()) {
    StepReason reason{step, StepState::UpToDate, ""};
    for (const std::string &output : step->outputs)
      if (auto found = causes.find(output);
          found != causes.end() && reason.state == StepState::UpToDate)
        reason = {step, found->second.state, found->second.file};
    for (const auto *paths : {&step->inputs, &step->implicitInputs})
      for (const std::string &path : *paths) {
        if (reason.state != StepState::UpToDate)
          break;
        if (missing.count(path))
          reason = {step, StepState::InputMissing, path};
        else if (const Step *source = plan.producerOf(path); source && running.count(source))
          reason = {step, StepState::InputRuns, path};
      }
    if (reason.state == StepState::UpToDate)
      continue;
    running.insert(step);
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

std::optional<std::vector<StepReason>> explain(const Plan &plan, const std::string &buildFolder,
                                               Diagnostics &diagnostics) {
  std::optional<std::string> explanation = ninjaExplanation(buildFolder, diagnostics);
  if (!explanation)
    return std::nullopt;
  return reasonsFrom(plan, *explanation);
}

} // namespace mdc::plan
