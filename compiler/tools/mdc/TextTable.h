// A table of text for a terminal: columns aligned, numbers to the right.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace mdc::tools {

class TextTable {
public:
  struct Column {
    std::string title;
    bool numeric = false; ///< aligned to the right
  };
  explicit TextTable(std::vector<Column> columns) : columns(std::move(columns)) {}

  /// Names of a model may hold anything; control characters are shown as '?'.
  void add(std::vector<std::string> cells);
  void print(llvm::raw_ostream &out) const;

private:
  void printRow(llvm::ArrayRef<std::string> cells, llvm::ArrayRef<size_t> widths,
                llvm::raw_ostream &out) const;

  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// "1.5 MB": powers of 1000, three digits.
std::string bytesText(uint64_t bytes);

} // namespace mdc::tools
