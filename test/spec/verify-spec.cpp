// verify-spec FILE.toml: reads the spec and holds its errors against the file's comments.
//   key = 1 # expected-error {{part of the message}}
//   # expected-error@+1 {{part of the message}}
//   key = 2 # expected-note {{part of a note of an error of this line}}
// Every error must be expected, every expectation met.
#include "compiler/spec/Spec.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/STLExtras.h"

using namespace mdc;

namespace {
struct Expectation {
  bool isNote = false;
  int line = 0;
  llvm::StringRef part;
  bool met = false;
};
} // namespace

/// Reads what stands behind "expected-error" or "expected-note": "[@OFFSET] {{PART}}".
static bool readExpectation(llvm::StringRef rest, int line, Expectation &expectation) {
  int offset = 0;
  if (rest.consume_front("@")) {
    rest.consume_front("+");
    if (rest.consumeInteger(10, offset))
      return false;
  }
  expectation.line = line + offset;
  rest = rest.ltrim();
  if (!rest.consume_front("{{"))
    return false;
  expectation.part = rest.split("}}").first;
  return true;
}

static std::vector<Expectation> expectationsIn(llvm::StringRef text) {
  std::vector<Expectation> expectations;
  for (int line = 1; !text.empty(); ++line) {
    auto [thisLine, rest] = text.split('\n');
    text = rest;
    while (true) {
      const size_t at = thisLine.find("expected-");
      if (at == llvm::StringRef::npos)
        break;
      thisLine = thisLine.drop_front(at + 9);
      Expectation expectation;
      expectation.isNote = thisLine.consume_front("note");
      const bool known = expectation.isNote || thisLine.consume_front("error");
      if (known && readExpectation(thisLine, line, expectation))
        expectations.push_back(expectation);
    }
  }
  return expectations;
}

static bool meets(Expectation &expectation, const Diagnostic &diagnostic) {
  if (expectation.line != static_cast<int>(diagnostic.location.position.line))
    return false;
  if (!expectation.isNote)
    return !expectation.met && llvm::StringRef(diagnostic.message).contains(expectation.part);
  return llvm::any_of(diagnostic.notes,
                      [&](llvm::StringRef note) { return note.contains(expectation.part); });
}

/// Marks what `diagnostic` meets: one error and any notes. False if its error was not expected.
static bool mark(std::vector<Expectation> &expectations, const Diagnostic &diagnostic) {
  bool expected = false;
  for (Expectation &expectation : expectations) {
    if ((expectation.isNote || !expected) && meets(expectation, diagnostic)) {
      expectation.met = true;
      expected |= !expectation.isNote;
    }
  }
  return expected;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    llvm::errs() << "usage: verify-spec FILE.toml\n";
    return 2;
  }
  Diagnostics problems;
  auto file = readFile(argv[1], problems);
  if (!file)
    return 2;
  std::vector<Expectation> expectations = expectationsIn(file->getBuffer());
  Diagnostics found(nullptr);
  spec::readSpec(argv[1], found);
  for (const Diagnostic &diagnostic : found.all())
    if (!mark(expectations, diagnostic))
      problems.error(diagnostic.location, "not expected: " + diagnostic.message);
  for (const Expectation &expectation : expectations)
    if (!expectation.met)
      problems.error({argv[1], {static_cast<uint32_t>(expectation.line), 1}},
                     "expected, but not reported: " + expectation.part);
  return problems.errorCount() ? 1 : 0;
}
