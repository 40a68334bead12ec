#include "compiler/tools/mdc/TextTable.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

namespace mdc::tools {

/// Columns on a terminal, taking each code point as one.
static size_t widthOf(const std::string &cell) {
  return static_cast<size_t>(std::count_if(cell.begin(), cell.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void TextTable::add(std::vector<std::string> cells) {
  for (std::string &cell : cells)
    for (char &c : cell)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        c = '?';
  rows.push_back(std::move(cells));
}

void TextTable::printRow(llvm::ArrayRef<std::string> cells, llvm::ArrayRef<size_t> widths,
                         llvm::raw_ostream &out) const {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string gap(widths[i] - widthOf(cells[i]), ' ');
    line += i ? "  " : "";
    line += columns[i].numeric ? gap + cells[i] : cells[i] + gap;
  }
  out << llvm::StringRef(line).rtrim(' ') << '\n';
}

void TextTable::print(llvm::raw_ostream &out) const {
  std::vector<std::string> titles;
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns.size(); ++i) {
    titles.push_back(columns[i].title);
    widths.push_back(widthOf(columns[i].title));
    for (const auto &row : rows)
      widths[i] = std::max(widths[i], widthOf(row[i]));
  }
  const bool titled =
      std::any_of(titles.begin(), titles.end(), [](const auto &title) { return !title.empty(); });
  if (titled)
    printRow(titles, widths, out);
  for (const auto &row : rows)
    printRow(row, widths, out);
}

std::string bytesText(uint64_t bytes) {
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  std::string text;
  llvm::raw_string_ostream out(text);
  out << llvm::format(unit == 0 || value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  return text + ' ' + units[unit];
}

} // namespace mdc::tools
