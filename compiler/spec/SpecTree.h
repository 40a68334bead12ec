// deploy.toml as it was written: values with their places, no meaning yet.
#pragma once

#include "compiler/support/Diagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::spec {

struct Entry;

struct Node {
  enum class Kind { Text, Integer, Float, Flag, DateOrTime, List, Table };

  Kind kind = Kind::Table;
  SourcePosition position;
  uint32_t widthInColumns = 1; ///< up to the end of the value's first line
  std::string text;
  int64_t integer = 0;
  double number = 0; ///< of an Integer too
  bool flag = false;
  std::vector<Node> items;    ///< of a List
  std::vector<Entry> entries; ///< of a Table, in the file's order

  const Node *find(llvm::StringRef key) const;
  /// As a message shows it: `"many"`, `12`, `a list`.
  std::string asText() const;
};

struct Entry {
  std::string key;
  SourcePosition position; ///< of the key
  Node value;
};

/// Parses `text` as TOML 1.0; `path` names it in errors. None and one error at its first mistake.
std::optional<Node> readTree(llvm::StringRef text, const std::string &path,
                             Diagnostics &diagnostics);

} // namespace mdc::spec
