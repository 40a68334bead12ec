#include "compiler/plan/NinjaOutput.h"

namespace mdc::plan {

void NinjaOutput::line(llvm::StringRef text) {
  if (text.consume_front("\x1e")) {
    unsigned done = 0, total = 0;
    if (!text.consumeInteger(10, done) && text.consume_front("/") &&
        !text.consumeInteger(10, total)) {
      done_ = done;
      total_ = total;
      current_ = text.trim().str();
    }
    section_ = Section::Passed;
    return;
  }
  // "FAILED: out1 out2 ", then the command, then what it printed.
  llvm::StringRef outputs = text;
  if (outputs.consume_front("FAILED: ")) {
    failures_.push_back({outputs.trim().str(), ""});
    section_ = Section::Command;
    return;
  }
  if (section_ == Section::Command) {
    section_ = Section::Failed;
    return;
  }
  llvm::StringRef own = text;
  if (own.consume_front("ninja: ")) {
    if (own.consume_front("error: "))
      complaint_ = own.trim().str();
    return;
  }
  if (section_ == Section::Failed)
    failures_.back().text += text.str() + "\n";
}

} // namespace mdc::plan
