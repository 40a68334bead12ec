#include "compiler/spec/ValueChecker.h"

#include "compiler/support/NearMiss.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <arpa/inet.h>
#include <cmath>
#include <set>

namespace mdc::spec {

static constexpr int64_t largestExtent = int64_t(1) << 31;

void reportWrongValue(const ValueContext &context, const Node &value) {
  PendingDiagnostic error = context.diagnostics.error(
      context.at(value), "'" + context.dottedPath + "' is " + value.asText() + ", expected " +
                             context.key.expectation());
  const llvm::StringRef name = context.key.lastName();
  if (*context.key.defaultText)
    error.note("without the key it is " + name + " = " + context.key.defaultText);
  else
    error.note(context.key.sentenceAsNote());
}

static bool isText(const Node &value) { return value.kind == Node::Kind::Text; }

static void checkChoice(const ValueContext &context, const Node &value) {
  if (!isText(value))
    return reportWrongValue(context, value);
  const std::vector<std::string> names = context.key.choiceNames();
  if (!llvm::is_contained(names, value.text)) {
    PendingDiagnostic error = context.diagnostics.error(
        context.at(value), "unknown " + context.key.lastName() + " '" + value.text + "'");
    if (auto near = nearMiss(value.text, names))
      error.note("did you mean \"" + *near + "\"? '" + context.dottedPath + "' is " +
                 context.key.expectation());
    else
      error.note("use " + listOf(names));
  } else if (!context.key.choiceIsBuilt(value.text)) {
    context.diagnostics
        .error(context.at(value),
               "'" + context.dottedPath + "' = \"" + value.text + "\" is not built yet")
        .note(llvm::Twine("remove the key to build with its default, ") + context.key.defaultText);
  }
}

static void checkChoices(const ValueContext &context, const Node &value) {
  if (value.kind != Node::Kind::List)
    return reportWrongValue(context, value);
  if (value.items.empty())
    context.diagnostics
        .error(context.at(value), "'" + context.dottedPath +
                                      "' is empty, expected at least one of " +
                                      listOf(context.key.choiceNames()))
        .note("without the key it is " + context.key.lastName() + " = " + context.key.defaultText);
  std::set<std::string> seen;
  for (const Node &item : value.items) {
    checkChoice(context, item);
    if (isText(item) && !seen.insert(item.text).second)
      context.diagnostics
          .error(context.at(item), "'" + context.dottedPath + "' names '" + item.text + "' twice")
          .note("name each once");
  }
}

static void checkNumber(const ValueContext &context, const Node &value) {
  const bool whole = value.kind == Node::Kind::Integer;
  const bool rightKind =
      whole || (value.kind == Node::Kind::Float && context.key.type == KeyType::Number);
  const Key &key = context.key;
  const bool tooMuch = key.belowMaximum && value.number == key.maximum;
  // Written so that a NaN is refused too.
  if (!rightKind || tooMuch || !(value.number >= key.minimum && value.number <= key.maximum))
    reportWrongValue(context, value);
}

/// A numeric IPv4 or IPv6 address and a port: the server never asks a name service at start.
static bool isAddress(llvm::StringRef text) {
  auto [host, portText] = text.rsplit(':');
  unsigned port = 0;
  if (portText.getAsInteger(10, port) || port > 65535)
    return false;
  unsigned char bytes[sizeof(in6_addr)];
  if (host.consume_front("["))
    return host.consume_back("]") && inet_pton(AF_INET6, host.str().c_str(), bytes) == 1;
  return inet_pton(AF_INET, host.str().c_str(), bytes) == 1;
}

static bool isSha256(llvm::StringRef text) {
  return text.size() == 64 && llvm::all_of(text, llvm::isHexDigit);
}

/// The names of the files beside a missing one.
static std::vector<std::string> filesIn(llvm::StringRef folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error))
    names.push_back(llvm::sys::path::filename(file->path()).str());
  llvm::sort(names);
  return names;
}

static void checkFile(const ValueContext &context, const Node &value) {
  if (!isText(value))
    return reportWrongValue(context, value);
  llvm::SmallString<256> path(llvm::sys::path::parent_path(context.file));
  if (llvm::sys::path::is_absolute(value.text))
    path.clear();
  llvm::sys::path::append(path, value.text);
  if (llvm::sys::fs::is_regular_file(path))
    return;
  const bool exists = llvm::sys::fs::exists(path);
  PendingDiagnostic error = context.diagnostics.error(
      context.at(value), "'" + context.dottedPath + "' names '" + value.text + "', which " +
                             (exists ? "is not a regular file" : "does not exist"));
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  if (auto near = nearMiss(llvm::sys::path::filename(path), filesIn(folder.empty() ? "." : folder)))
    error.note("did you mean '" + *near + "'?");
  else
    error.note("paths are relative to the folder of " + context.file);
}

static void checkTexts(const ValueContext &context, const Node &value) {
  if (value.kind != Node::Kind::List)
    return reportWrongValue(context, value);
  for (const Node &item : value.items)
    if (!isText(item))
      reportWrongValue(context, item);
}

/// One extent of a dimension; false after an error.
static bool checkExtent(const ValueContext &context, const Node &value) {
  if (value.kind != Node::Kind::Integer) {
    reportWrongValue(context, value);
    return false;
  }
  if (value.integer >= 1 && value.integer <= largestExtent)
    return true;
  context.diagnostics
      .error(context.at(value), "'" + context.dottedPath + "' has the extent " + value.asText() +
                                    ", expected 1 to " + llvm::Twine(largestExtent))
      .note("an extent counts elements along one axis");
  return false;
}

static void checkExtentList(const ValueContext &context, const Node &value) {
  if (value.items.empty())
    return reportWrongValue(context, value);
  std::set<int64_t> seen;
  for (const Node &item : value.items)
    if (checkExtent(context, item) && !seen.insert(item.integer).second)
      context.diagnostics
          .error(context.at(item),
                 "'" + context.dottedPath + "' has the extent " + item.asText() + " twice")
          .note("list each extent once");
}

static void checkExtentRange(const ValueContext &context, const Node &value) {
  bool valid = true;
  for (const Entry &entry : value.entries) {
    if (entry.key == "max" || entry.key == "min") {
      valid &= checkExtent(context, entry.value);
      continue;
    }
    context.diagnostics
        .error({context.file, entry.position, static_cast<uint32_t>(entry.key.size())},
               "unknown key '" + context.dottedPath + "." + entry.key + "'")
        .note("a range is { max = N } or { min = N, max = N }");
  }
  const Node *max = value.find("max"), *min = value.find("min");
  if (!max)
    context.diagnostics.error(context.at(value), "'" + context.dottedPath + "' has no max")
        .note("write { max = N }, the largest extent of a request");
  else if (valid && min && min->integer > max->integer)
    context.diagnostics
        .error(context.at(*min), "'" + context.dottedPath + "' has the min " + min->asText() +
                                     " above its max " + max->asText())
        .note("a range is { min = SMALLEST, max = LARGEST }");
}

static void checkDimension(const ValueContext &context, const Node &value) {
  if (value.kind == Node::Kind::List)
    checkExtentList(context, value);
  else if (value.kind == Node::Kind::Table)
    checkExtentRange(context, value);
  else
    checkExtent(context, value);
}

static void checkDataSet(const ValueContext &context, const Node &value) {
  if (value.kind != Node::Kind::Table)
    return checkFile(context, value);
  for (const Entry &entry : value.entries)
    if (entry.key == "inputs" || entry.key == "label")
      checkFile(context, entry.value);
    else
      context.diagnostics
          .error({context.file, entry.position, static_cast<uint32_t>(entry.key.size())},
                 "unknown key '" + context.dottedPath + "." + entry.key + "'")
          .note("a pair of files is { inputs = \"x.npy\", label = \"y.npy\" }");
  for (const char *name : {"inputs", "label"})
    if (!value.find(name))
      context.diagnostics.error(context.at(value), "'" + context.dottedPath + "' has no " + name)
          .note("a pair of files is { inputs = \"x.npy\", label = \"y.npy\" }");
}

static void checkSteps(const ValueContext &context, const Node &value) {
  if (value.kind != Node::Kind::List)
    return reportWrongValue(context, value);
  for (const Node &item : value.items)
    if (item.kind != Node::Kind::Table)
      reportWrongValue(context, item);
}

void checkValue(const ValueContext &context, const Node &value) {
  auto require = [&](bool holds) {
    if (!holds)
      reportWrongValue(context, value);
  };
  switch (context.key.type) {
  case KeyType::Section:
  case KeyType::Feature:
    return require(value.kind == Node::Kind::Table);
  case KeyType::Text:
  case KeyType::Path:
    return require(isText(value));
  case KeyType::Sha256:
    return require(isText(value) && isSha256(value.text));
  case KeyType::Address:
    return require(isText(value) && isAddress(value.text));
  case KeyType::Flag:
    return require(value.kind == Node::Kind::Flag);
  case KeyType::InputFile:
    return checkFile(context, value);
  case KeyType::Integer:
  case KeyType::Number:
    return checkNumber(context, value);
  case KeyType::Choice:
    return checkChoice(context, value);
  case KeyType::Choices:
    return checkChoices(context, value);
  case KeyType::Texts:
    return checkTexts(context, value);
  case KeyType::Dimension:
    return checkDimension(context, value);
  case KeyType::DataSet:
    return checkDataSet(context, value);
  case KeyType::Steps:
    return checkSteps(context, value);
  }
}

} // namespace mdc::spec
