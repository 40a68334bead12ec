// The one table of everything that deploy.toml may say. The checker, the template of `mdc init` and
// the JSON Schema of `mdc schema` are made from it.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mdc::spec {

enum class KeyType {
  Section,   ///< a table of keys that have rows of their own
  Feature,   ///< a Section that asks for something by being there
  Text,      ///< a string
  InputFile, ///< a path that must exist when mdc runs, relative to deploy.toml
  Path,      ///< a path on the machine that serves
  Sha256,    ///< 64 hex digits
  Address,   ///< "1.2.3.4:80" or "[::1]:80"; port 0 lets the system choose
  Integer,   ///< from `minimum` to `maximum`
  Number,    ///< an integer or a float from `minimum` to `maximum`
  Flag,      ///< true or false
  Choice,    ///< one of `choices`
  Choices,   ///< a list of distinct `choices`, at least one
  Texts,     ///< a list of strings
  Dimension, ///< an integer, a list of integers, or { min = N, max = N }
  DataSet,   ///< an input file, or { inputs = "x.npy", label = "y.npy" }
  Steps,     ///< a list of tables
};

struct Key {
  const char *path; ///< dotted; "*" stands for a name of the model
  KeyType type;
  bool built; ///< false: known and type-checked, then refused with "not built yet"
  const char *sentence;
  const char *defaultText = ""; ///< as TOML writes it; empty: no default
  double minimum = 0;
  double maximum = 0;
  const char *choices = "";  ///< separated by '|'; a leading '!' marks one that is not built yet
  bool belowMaximum = false; ///< the maximum itself is too much

  std::vector<std::string> choiceNames() const;
  bool choiceIsBuilt(llvm::StringRef choice) const;
  bool isSection() const { return type == KeyType::Section || type == KeyType::Feature; }
  /// "queue" of "serve.queue".
  llvm::StringRef lastName() const;
  /// False also where a section around the key is not built yet.
  bool canBeUsed() const;
  /// The sentence as a note: "where gRPC is served".
  std::string sentenceAsNote() const;
  /// "an integer from 0 to 1024".
  std::string expectation() const;
};

/// Every row, sections before their keys, in the order in which a file would write them.
llvm::ArrayRef<Key> allKeys();

/// The row of a dotted path, where a part may match "*"; null if there is none.
const Key *findKey(llvm::ArrayRef<std::string> path);

/// The rows one step below `path`; all top-level sections for an empty path.
std::vector<const Key *> keysBelow(llvm::ArrayRef<std::string> path);

} // namespace mdc::spec
