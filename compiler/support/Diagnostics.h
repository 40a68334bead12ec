// The one channel for what mdc has to say about its user's files: every stage reports here, and the
// command line decides from `errorCount` how to exit.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mdc {

/// A place in a text file. Both count from 1, columns in code points; 0 means unknown.
struct SourcePosition {
  uint32_t line = 0;
  uint32_t column = 0;

  bool known() const { return line != 0; }
  friend bool operator==(const SourcePosition &, const SourcePosition &) = default;
};

/// What a message is about: a place in a text file, or an item of a binary one (an ONNX node).
struct Location {
  Location() = default;
  Location(std::string file, SourcePosition position = {}, uint32_t widthInColumns = 1)
      : file(std::move(file)), position(position), widthInColumns(widthInColumns) {}
  /// `item` stands where a line and column would: "model.onnx:conv_3".
  static Location ofItem(std::string file, std::string item);

  std::string file; ///< as the user wrote it; empty: the message stands alone
  std::string item;
  SourcePosition position;
  uint32_t widthInColumns = 1; ///< how far the caret's underline reaches
};

enum class Severity { Error, Warning, Note };

struct Diagnostic {
  Severity severity = Severity::Error;
  Location location;
  std::string message;
  std::vector<std::string> notes;
};

class Diagnostics;

/// A diagnostic that can still get notes; it is printed when this goes out of scope.
class PendingDiagnostic {
public:
  PendingDiagnostic(Diagnostics &owner, Diagnostic diagnostic)
      : owner(&owner), diagnostic(std::move(diagnostic)) {}
  PendingDiagnostic(PendingDiagnostic &&other) noexcept
      : owner(other.owner), diagnostic(std::move(other.diagnostic)) {
    other.owner = nullptr;
  }
  PendingDiagnostic &operator=(PendingDiagnostic &&) = delete;
  ~PendingDiagnostic();

  /// Says the way out.
  PendingDiagnostic &note(const llvm::Twine &message) {
    diagnostic.notes.push_back(message.str());
    return *this;
  }

private:
  Diagnostics *owner;
  Diagnostic diagnostic;
};

/// Collects diagnostics and prints each at once with its source line and a caret. Not thread-safe.
class Diagnostics {
public:
  /// `out` null: nothing is printed, `all` still holds every diagnostic.
  explicit Diagnostics(llvm::raw_ostream *out = &llvm::errs()) : out(out) {}

  PendingDiagnostic error(Location location, const llvm::Twine &message) {
    return {*this, {Severity::Error, std::move(location), message.str(), {}}};
  }
  /// An error that has no place in a file: "cannot start ninja".
  PendingDiagnostic error(const llvm::Twine &message) { return error(Location(), message); }
  PendingDiagnostic warning(Location location, const llvm::Twine &message) {
    return {*this, {Severity::Warning, std::move(location), message.str(), {}}};
  }

  void add(Diagnostic diagnostic);
  size_t errorCount() const { return errors; }
  const std::vector<Diagnostic> &all() const { return diagnostics; }

private:
  void print(const Diagnostic &diagnostic);
  void printHead(const Location &location, Severity severity, llvm::StringRef message);
  void printSource(const Location &location);

  llvm::raw_ostream *out;
  std::vector<Diagnostic> diagnostics;
  size_t errors = 0;
};

} // namespace mdc
