#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <cstdlib>

namespace mdc {

Location Location::ofItem(std::string file, std::string item) {
  Location location(std::move(file));
  location.item = std::move(item);
  return location;
}

PendingDiagnostic::~PendingDiagnostic() {
  if (owner)
    owner->add(std::move(diagnostic));
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Error)
    ++errors;
  if (out)
    print(diagnostic);
  diagnostics.push_back(std::move(diagnostic));
}

void Diagnostics::print(const Diagnostic &diagnostic) {
  printHead(diagnostic.location, diagnostic.severity, diagnostic.message);
  if (diagnostic.location.position.known())
    printSource(diagnostic.location);
  for (const std::string &note : diagnostic.notes)
    printHead(diagnostic.location, Severity::Note, note);
  out->flush();
}

static llvm::StringRef word(Severity severity) {
  switch (severity) {
  case Severity::Error:
    return "error: ";
  case Severity::Warning:
    return "warning: ";
  case Severity::Note:
    return "note: ";
  }
  return "";
}

static llvm::raw_ostream::Colors colour(Severity severity) {
  switch (severity) {
  case Severity::Error:
    return llvm::raw_ostream::RED;
  case Severity::Warning:
    return llvm::raw_ostream::MAGENTA;
  case Severity::Note:
    return llvm::raw_ostream::CYAN;
  }
  return llvm::raw_ostream::SAVEDCOLOR;
}

/// no-color.org: any non-empty value turns colours off.
static bool wantsColours(const llvm::raw_ostream &out) {
  const char *noColor = std::getenv("NO_COLOR");
  return out.is_displayed() && !(noColor && *noColor);
}

void Diagnostics::printHead(const Location &location, Severity severity, llvm::StringRef message) {
  if (location.file.empty())
    *out << "mdc: ";
  else
    *out << location.file << ':';
  if (location.position.known())
    *out << location.position.line << ':' << location.position.column << ": ";
  else if (!location.item.empty())
    *out << location.item << ": ";
  else if (!location.file.empty())
    *out << ' ';
  const bool coloured = wantsColours(*out);
  if (coloured)
    out->changeColor(colour(severity), /*Bold=*/true);
  *out << word(severity);
  if (coloured)
    out->resetColor();
  *out << message << '\n';
}

/// The bytes of line `number`, counted from 1, without its end; empty past the last line.
static llvm::StringRef lineOf(llvm::StringRef text, uint32_t number) {
  for (uint32_t line = 1; line < number; ++line)
    text = text.split('\n').second;
  return text.split('\n').first.rtrim('\r');
}

/// Blanks that reach as far as the first `columns` code points of `line`; tabs stay tabs, so that
/// the caret stands below its character whatever the terminal's tab width.
static std::string blanksUpTo(llvm::StringRef line, uint32_t columns) {
  std::string blanks;
  for (unsigned char byte : line) {
    const bool continuesCodePoint = (byte & 0xC0) == 0x80;
    if (continuesCodePoint)
      continue;
    if (blanks.size() == columns)
      break;
    blanks.push_back(byte == '\t' ? '\t' : ' ');
  }
  blanks.resize(columns, ' ');
  return blanks;
}

namespace {
struct Clip {
  std::string text;
  uint32_t column; ///< of what the message is about, from 1
};
} // namespace

/// The part of a long line that stands around a column: rows of a table may have megabytes.
static Clip clipped(llvm::StringRef line, uint32_t column) {
  constexpr size_t shown = 100; // code points
  std::vector<size_t> starts;
  for (size_t at = 0; at < line.size(); ++at)
    if ((line[at] & 0xC0) != 0x80)
      starts.push_back(at);
  if (starts.size() <= shown)
    return {line.str(), column};
  const size_t middle = std::min<size_t>(column, starts.size());
  const size_t first = std::min(middle - std::min(middle, shown / 2), starts.size() - shown);
  const size_t end = first + shown;
  const llvm::StringRef part =
      line.slice(starts[first], end < starts.size() ? starts[end] : line.size());
  const llvm::StringRef before = first ? "..." : "", after = end < starts.size() ? "..." : "";
  return {(before + part + after).str(), uint32_t(column - first + before.size())};
}

void Diagnostics::printSource(const Location &location) {
  auto file = llvm::MemoryBuffer::getFile(location.file, /*IsText=*/true);
  if (!file)
    return; // the file went away since it was read; the message still stands
  const auto [line, column] = clipped(lineOf((*file)->getBuffer(), location.position.line),
                                      std::max(location.position.column, 1u));
  const std::string number = std::to_string(location.position.line);
  *out << ' ' << number << " | " << line << '\n';
  *out << ' ' << std::string(number.size(), ' ') << " | ";
  *out << blanksUpTo(line, column - 1) << '^';
  if (location.widthInColumns > 1)
    *out << std::string(location.widthInColumns - 1, '~');
  *out << '\n';
}

} // namespace mdc
