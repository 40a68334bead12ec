// The steps of a build as a graph, checked before anything is written or run.
#pragma once

#include "compiler/plan/Step.h"
#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace mdc::plan {

class Plan {
public:
  void add(Step step);
  // At most `depth` steps of this pool run at once.
  void addPool(const std::string &name, unsigned depth);
  // What is built when nothing is named. Without any, every final output.
  void addDefault(const std::string &output);

  const std::vector<Step> &steps() const { return steps_; }
  const std::map<std::string, unsigned> &pools() const { return pools_; }
  const std::vector<std::string> &defaults() const { return defaults_; }
  // Null for a file that no step makes.
  const Step *producerOf(const std::string &path) const;

  // Every rule of the graph: a step has a command and outputs, a file has one producer, a pool is
  // declared, nothing depends on itself. Breaking one is our bug; false after one error.
  bool check(Diagnostics &diagnostics) const;

  // Checks and writes `path` as a Ninja file, unless it already holds the same bytes: its time is
  // then kept, so Ninja has nothing to reread. Equal plans give equal bytes, whatever the order of
  // `add`.
  bool write(const std::string &path, Diagnostics &diagnostics) const;

private:
  bool checkSteps(Diagnostics &diagnostics) const;
  bool checkAcyclic(Diagnostics &diagnostics) const;

  std::vector<Step> steps_;
  std::map<std::string, unsigned> pools_;
  std::vector<std::string> defaults_;
  llvm::StringMap<size_t> producers_; // output -> index of the first step that writes it
};

} // namespace mdc::plan
