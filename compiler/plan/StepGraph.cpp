#include "compiler/plan/StepGraph.h"

#include "compiler/plan/NinjaWriter.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>

namespace mdc::plan {

static bool planError(Diagnostics &diagnostics, const std::string &text) {
  diagnostics.error("build plan: " + text).note("this is a fault of mdc itself, please report it");
  return false;
}

void Plan::add(Step step) {
  for (const std::string &output : step.outputs)
    producers_.try_emplace(output, steps_.size());
  steps_.push_back(std::move(step));
}

void Plan::addPool(const std::string &name, unsigned depth) { pools_[name] = depth; }

void Plan::addDefault(const std::string &output) { defaults_.push_back(output); }

const Step *Plan::producerOf(const std::string &path) const {
  auto found = producers_.find(path);
  return found == producers_.end() ? nullptr : &steps_[found->second];
}

bool Plan::checkSteps(Diagnostics &diagnostics) const {
  for (auto [index, step] : llvm::enumerate(steps_)) {
    if (step.outputs.empty())
      return planError(diagnostics, "step '" + step.description + "' has no output");
    if (step.command.empty())
      return planError(diagnostics,
                       "the step that makes '" + step.outputs.front() + "' has no command");
    if (!step.pool.empty() && !pools_.count(step.pool))
      return planError(diagnostics, "the step that makes '" + step.outputs.front() +
                                        "' uses pool '" + step.pool + "', which was not added");
    for (const std::string &output : step.outputs)
      if (producers_.lookup(output) != index)
        return planError(diagnostics, "two steps make '" + output + "'");
  }
  for (const std::string &output : defaults_)
    if (!producers_.count(output))
      return planError(diagnostics, "no step makes the default output '" + output + "'");
  return true;
}

namespace {

// Depth-first search with an explicit stack: a chain of steps may be as long as a model is deep.
class CycleSearch {
public:
  explicit CycleSearch(const Plan &plan) : plan_(plan), marks_(plan.steps().size(), Mark::New) {}

  // The index of a step that depends on itself, if there is one.
  std::optional<size_t> run() {
    for (size_t root = 0; root < marks_.size(); ++root) {
      if (marks_[root] != Mark::New)
        continue;
      push(root);
      while (!stack_.empty())
        if (std::optional<size_t> repeated = advance())
          return repeated;
    }
    return std::nullopt;
  }

private:
  enum class Mark { New, OnStack, Done };
  struct Frame {
    size_t step;
    std::vector<size_t> sources; // still to visit
  };

  void push(size_t step) {
    marks_[step] = Mark::OnStack;
    Frame frame{step, {}};
    for (const auto *paths : {&plan_.steps()[step].inputs, &plan_.steps()[step].implicitInputs})
      for (const std::string &path : *paths)
        if (const Step *source = plan_.producerOf(path))
          frame.sources.push_back(source - plan_.steps().data());
    stack_.push_back(std::move(frame));
  }

  std::optional<size_t> advance() {
    Frame &frame = stack_.back();
    if (frame.sources.empty()) {
      marks_[frame.step] = Mark::Done;
      stack_.pop_back();
      return std::nullopt;
    }
    size_t source = frame.sources.back();
    frame.sources.pop_back();
    if (marks_[source] == Mark::OnStack)
      return source;
    if (marks_[source] == Mark::New)
      push(source);
    return std::nullopt;
  }

  const Plan &plan_;
  std::vector<Mark> marks_;
  std::vector<Frame> stack_;
};

} // namespace

bool Plan::checkAcyclic(Diagnostics &diagnostics) const {
  if (std::optional<size_t> step = CycleSearch(*this).run())
    return planError(diagnostics, "'" + steps_[*step].outputs.front() + "' depends on itself");
  return true;
}

bool Plan::check(Diagnostics &diagnostics) const {
  return checkSteps(diagnostics) && checkAcyclic(diagnostics);
}

bool Plan::write(const std::string &path, Diagnostics &diagnostics) const {
  if (!check(diagnostics))
    return false;
  std::string text = ninjaText(*this);
  auto present = llvm::MemoryBuffer::getFile(path);
  if (present && (*present)->getBuffer() == text)
    return true;
  return writeFile(path, text, diagnostics);
}

} // namespace mdc::plan
