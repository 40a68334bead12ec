#include "compiler/tools/mdc/RegionText.h"

#include "compiler/tools/mdc/TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <set>

namespace mdc::tools {

using llvm::json::Object;
using llvm::json::Value;

namespace {
struct RegionColumn {
  const char *key; ///< of the manifest's object
  const char *title;
  enum Form { Plain, Bytes, Count, Percent, Decibel } form;
  bool ofCompression = false; ///< shown where any region is compressed
};

const RegionColumn regionColumns[] = {
    {"name", "region", RegionColumn::Plain},
    {"nodes", "nodes", RegionColumn::Plain},
    {"kernel", "kernel", RegionColumn::Plain},
    {"tile", "tile", RegionColumn::Plain},
    {"precision", "type", RegionColumn::Plain},
    {"sparsity", "zeros", RegionColumn::Percent, true},
    {"sqnr_db", "SQNR", RegionColumn::Decibel, true},
    {"steps", "calls", RegionColumn::Plain},
    {"macs", "macs", RegionColumn::Count},
    {"weight_bytes_before", "before", RegionColumn::Bytes, true},
    {"weight_bytes", "weights", RegionColumn::Bytes},
    {"bytes", "bytes", RegionColumn::Bytes},
    {"share", "share", RegionColumn::Percent},
};
} // namespace

static bool isCompressed(const Value &region) {
  const Object *object = region.getAsObject();
  return object && object->get("layers");
}

static std::vector<RegionColumn> columnsFor(const llvm::json::Array &regions) {
  const bool compressed = llvm::any_of(regions, isCompressed);
  std::vector<RegionColumn> columns;
  for (const RegionColumn &column : regionColumns)
    if (compressed || !column.ofCompression)
      columns.push_back(column);
  return columns;
}

/// A list as "a + b", shortened so that a region of many nodes stays one line.
static std::string listText(const llvm::json::Array &list, size_t limit) {
  std::string text;
  for (size_t i = 0; i < list.size(); ++i) {
    const auto item = list[i].getAsString();
    const std::string shown = item ? item->str() : llvm::formatv("{0}", list[i]).str();
    if (i > 0 && text.size() + shown.size() > limit)
      return text + " + " + std::to_string(list.size() - i) + " more";
    text += (i ? " + " : "") + shown;
  }
  return text;
}

static std::string countText(double count) {
  std::string text = bytesText(static_cast<uint64_t>(count));
  llvm::StringRef shown = text;
  return shown.consume_back(" B") ? shown.str() : shown.drop_back(1).str(); // "1.85 GB" -> "1.85 G"
}

static std::string cellText(const Value *value, RegionColumn::Form form, size_t listLimit) {
  if (!value || value->kind() == Value::Null)
    return "-";
  if (auto text = value->getAsString())
    return text->str();
  if (const auto *list = value->getAsArray())
    return listText(*list, listLimit);
  const auto number = value->getAsNumber();
  if (!number || form == RegionColumn::Plain)
    return llvm::formatv("{0}", *value);
  switch (form) {
  case RegionColumn::Bytes:
    return bytesText(static_cast<uint64_t>(std::max(0.0, *number)));
  case RegionColumn::Count:
    return countText(std::max(0.0, *number));
  default:
    const bool percent = form == RegionColumn::Percent;
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::format(percent ? "%.1f %%" : "%.1f dB", percent ? *number * 100 : *number);
    return text;
  }
}

/// Why layers became what they are.
static void printNotes(const llvm::json::Array &regions, llvm::raw_ostream &out) {
  TextTable notes({{"layer"}, {"note"}});
  std::set<std::pair<std::string, std::string>> shown; // variants repeat layers
  for (const Value &region : regions) {
    const Object *object = region.getAsObject();
    const llvm::json::Array *layers = object ? object->getArray("layers") : nullptr;
    for (const Value &layer : layers ? *layers : llvm::json::Array()) {
      const Object *facts = layer.getAsObject();
      auto note = facts ? facts->getString("note") : std::nullopt;
      if (!note || note->empty())
        continue;
      std::string name = facts->getString("name").value_or("").str();
      if (shown.emplace(name, note->str()).second)
        notes.add({name, note->str()});
    }
  }
  if (!shown.empty())
    notes.print(out);
}

void printRegionTable(const llvm::json::Array &regions, llvm::raw_ostream &out) {
  const std::vector<RegionColumn> shown = columnsFor(regions);
  std::vector<TextTable::Column> columns;
  for (const RegionColumn &column : shown)
    columns.push_back({column.title, column.form != RegionColumn::Plain});
  TextTable table(std::move(columns));
  for (const Value &region : regions) {
    std::vector<std::string> cells;
    const Object *object = region.getAsObject();
    for (const RegionColumn &column : shown)
      cells.push_back(cellText(object ? object->get(column.key) : nullptr, column.form, 40));
    table.add(std::move(cells));
  }
  table.print(out);
  printNotes(regions, out);
}

static std::string escaped(llvm::StringRef text) {
  std::string out;
  for (char c : text)
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out.push_back(c);
  return out;
}

void printRegionPage(const std::string &title, const llvm::json::Array &regions,
                     llvm::raw_ostream &out) {
  out << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
      << escaped(title) << "</title>\n<style>body{font:14px sans-serif;margin:2em}"
      << "table{border-collapse:collapse}td,th{padding:.3em .8em;text-align:left;"
      << "border-bottom:1px solid #ddd}.n{text-align:right}</style></head>\n<body><h1>"
      << escaped(title) << "</h1>\n<table><tr>";
  const std::vector<RegionColumn> shown = columnsFor(regions);
  for (const RegionColumn &column : shown)
    out << "<th>" << column.title << "</th>";
  out << "</tr>\n";
  for (const Value &region : regions) {
    const Object *object = region.getAsObject();
    out << "<tr>";
    for (const RegionColumn &column : shown) {
      const Value *value = object ? object->get(column.key) : nullptr;
      out << (column.form == RegionColumn::Plain ? "<td>" : "<td class=\"n\">")
          << escaped(cellText(value, column.form, 400)) << "</td>";
    }
    out << "</tr>\n";
  }
  out << "</table></body></html>\n";
}

} // namespace mdc::tools
