#include "compiler/plan/NinjaWriter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace mdc::plan {

std::string ninjaPath(llvm::StringRef path) {
  std::string escaped;
  for (char letter : path) {
    if (letter == '$' || letter == ' ' || letter == ':')
      escaped += '$';
    escaped += letter;
  }
  return escaped;
}

std::string ninjaValue(llvm::StringRef text) {
  std::string escaped;
  for (char letter : text) {
    if (letter == '\n' || letter == '\r') {
      escaped += ' ';
      continue;
    }
    if (letter == '$')
      escaped += '$';
    escaped += letter;
  }
  // Ninja drops spaces behind '=', so a leading one must be escaped.
  if (!escaped.empty() && escaped.front() == ' ')
    escaped.insert(escaped.begin(), '$');
  return escaped;
}

std::string shellQuote(llvm::StringRef word) {
  constexpr llvm::StringLiteral plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789_-+=./,:@%";
  if (!word.empty() && word.find_first_not_of(plain) == llvm::StringRef::npos)
    return word.str();
  std::string quoted = "'";
  for (char letter : word) {
    if (letter == '\'')
      quoted += "'\\''";
    else
      quoted += letter;
  }
  return quoted + "'";
}

std::string shellCommand(const std::vector<std::string> &words) {
  std::string command;
  for (const std::string &word : words)
    command += (command.empty() ? "" : " ") + shellQuote(word);
  return command;
}

static void writeVariable(llvm::raw_ostream &out, llvm::StringRef name, llvm::StringRef value) {
  if (!value.empty())
    out << "  " << name << " = " << ninjaValue(value) << '\n';
}

static void writeStep(llvm::raw_ostream &out, const Step &step) {
  out << "\nbuild";
  for (const std::string &output : step.outputs)
    out << ' ' << ninjaPath(output);
  out << ": run";
  for (const std::string &input : step.inputs)
    out << ' ' << ninjaPath(input);
  if (!step.implicitInputs.empty())
    out << " |";
  for (const std::string &input : step.implicitInputs)
    out << ' ' << ninjaPath(input);
  out << '\n';
  writeVariable(out, "call", step.command);
  writeVariable(out, "description", step.description);
  writeVariable(out, "pool", step.pool);
  writeVariable(out, "rspfile", step.responseFile);
  writeVariable(out, "rspfile_content", step.responseText);
  writeVariable(out, "restat", step.restat ? "1" : "");
  writeVariable(out, "generator", step.generator ? "1" : "");
}

std::string ninjaText(const Plan &plan) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "# Written by mdc; changes are lost.\nninja_required_version = 1.8\n";
  for (const auto &[name, depth] : plan.pools())
    out << "\npool " << name << "\n  depth = " << depth << '\n';
  // One rule for all: each step brings its own command, which Ninja records and compares.
  out << "\nrule run\n  command = $call\n";

  std::vector<const Step *> ordered;
  for (const Step &step : plan.steps())
    ordered.push_back(&step);
  llvm::sort(ordered,
             [](const Step *a, const Step *b) { return a->outputs.front() < b->outputs.front(); });
  for (const Step *step : ordered)
    writeStep(out, *step);

  std::vector<std::string> defaults = plan.defaults();
  llvm::sort(defaults);
  for (const std::string &output : defaults)
    out << "\ndefault " << ninjaPath(output) << '\n';
  return text;
}

} // namespace mdc::plan
