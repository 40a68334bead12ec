// Understands what Ninja prints, line by line.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mdc::plan {

struct FailedStep {
  std::string outputs; // as Ninja names them, separated by spaces
  std::string text;    // all that the command printed
};

// Fed with Ninja's standard output. NINJA_STATUS must be `statusFormat`.
class NinjaOutput {
public:
  // Marks status lines with a character that no command prints by accident.
  static constexpr llvm::StringLiteral statusFormat = "\x1e%f/%t ";

  void line(llvm::StringRef text);

  unsigned done() const { return done_; }
  unsigned total() const { return total_; }
  const std::string &current() const { return current_; } // description of the newest step
  const std::vector<FailedStep> &failures() const { return failures_; }
  // What Ninja says about itself: a broken file, a missing input.
  const std::string &complaint() const { return complaint_; }

private:
  enum class Section {
    Passed,  // output of a step that went well
    Command, // the next line repeats the failed step's command
    Failed,  // output of a failed step
  };

  unsigned done_ = 0;
  unsigned total_ = 0;
  std::string current_;
  std::string complaint_;
  std::vector<FailedStep> failures_;
  Section section_ = Section::Passed;
};

} // namespace mdc::plan
