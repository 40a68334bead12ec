#include "compiler/spec/SpecChecker.h"
#include "compiler/spec/SpecKeys.h"
#include "compiler/spec/ValueChecker.h"
#include "compiler/support/NearMiss.h"

#include "llvm/ADT/StringExtras.h"

namespace mdc::spec {
namespace {

/// Walks the tree beside the table of keys.
class KeyChecker {
public:
  KeyChecker(const std::string &file, Diagnostics &diagnostics)
      : file(file), diagnostics(diagnostics) {}

  void checkTable(const Node &table) {
    for (const Entry &entry : table.entries) {
      path.push_back(entry.key);
      checkEntry(entry);
      path.pop_back();
    }
  }

private:
  void checkEntry(const Entry &entry);
  void reportUnknown(const Entry &entry);
  std::string dotted() const { return llvm::join(path, "."); }

  const std::string &file;
  Diagnostics &diagnostics;
  std::vector<std::string> path;
  bool insideUnbuilt = false; ///< its section was refused: one cause, one error
};

void KeyChecker::checkEntry(const Entry &entry) {
  const Key *key = findKey(path);
  if (!key)
    return reportUnknown(entry);
  const bool refused = !key->built && !insideUnbuilt;
  if (refused)
    diagnostics
        .error({file, entry.position, static_cast<uint32_t>(entry.key.size())},
               "'" + dotted() + "' is not built yet")
        .note("this version of mdc knows the key but cannot do it; remove it to build without");
  if (key->isSection()) {
    if (entry.value.kind != Node::Kind::Table)
      return reportWrongValue({file, dotted(), *key, diagnostics}, entry.value);
    const bool outer = insideUnbuilt;
    insideUnbuilt |= refused;
    checkTable(entry.value);
    insideUnbuilt = outer;
    return;
  }
  checkValue({file, dotted(), *key, diagnostics}, entry.value);
}

/// "serve.queue.max" for a "max" that stands in the wrong section; empty if no row has that last
/// name.
static std::string sameNameElsewhere(llvm::StringRef name) {
  for (const Key &key : allKeys())
    if (key.lastName() == name)
      return key.path;
  return "";
}

void KeyChecker::reportUnknown(const Entry &entry) {
  const std::vector<std::string> section(path.begin(), path.end() - 1);
  std::vector<std::string> siblings;
  for (const Key *key : keysBelow(section))
    siblings.push_back(key->lastName().str());
  PendingDiagnostic error =
      diagnostics.error({file, entry.position, static_cast<uint32_t>(entry.key.size())},
                        "unknown key '" + dotted() + "'");
  if (auto near = nearMiss(entry.key, siblings))
    error.note("did you mean '" + *near + "'?");
  else if (std::string elsewhere = sameNameElsewhere(entry.key); !elsewhere.empty())
    error.note("did you mean '" + elsewhere + "'?");
  else if (siblings.empty())
    error.note("remove it");
  else
    error.note((section.empty() ? "use" : "[" + llvm::join(section, ".") + "] has") + " " +
               listOf(siblings));
}

} // namespace

void checkKeys(const Node &root, const std::string &path, Diagnostics &diagnostics) {
  KeyChecker(path, diagnostics).checkTable(root);
}

} // namespace mdc::spec
