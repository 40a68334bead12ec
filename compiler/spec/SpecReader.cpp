// The only file that knows TOML++.
#include "compiler/spec/SpecTree.h"

#include "llvm/Support/Format.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>

namespace mdc::spec {

static SourcePosition positionOf(const toml::source_position &position) {
  return {position.line, position.column};
}

static void place(Node &node, const toml::source_region &region) {
  node.position = positionOf(region.begin);
  const bool oneLine = region.begin.line == region.end.line;
  if (oneLine && region.end.column > region.begin.column)
    node.widthInColumns = region.end.column - region.begin.column;
}

static Node convert(const toml::node &from);

static Node convertTable(const toml::table &from) {
  Node node;
  node.kind = Node::Kind::Table;
  for (auto &&[key, value] : from)
    node.entries.push_back(
        {std::string(key.str()), positionOf(key.source().begin), convert(value)});
  // TOML++ keeps a table sorted by key; messages follow the file.
  std::sort(node.entries.begin(), node.entries.end(), [](const Entry &a, const Entry &b) {
    return std::pair(a.position.line, a.position.column) <
           std::pair(b.position.line, b.position.column);
  });
  return node;
}

static Node convertList(const toml::array &from) {
  Node node;
  node.kind = Node::Kind::List;
  for (const toml::node &item : from)
    node.items.push_back(convert(item));
  return node;
}

static Node convertScalar(const toml::node &from) {
  Node node;
  if (const auto *text = from.as_string()) {
    node.kind = Node::Kind::Text;
    node.text = text->get();
  } else if (const auto *integer = from.as_integer()) {
    node.kind = Node::Kind::Integer;
    node.integer = integer->get();
    node.number = static_cast<double>(node.integer);
  } else if (const auto *number = from.as_floating_point()) {
    node.kind = Node::Kind::Float;
    node.number = number->get();
  } else if (const auto *flag = from.as_boolean()) {
    node.kind = Node::Kind::Flag;
    node.flag = flag->get();
  } else {
    node.kind = Node::Kind::DateOrTime;
  }
  return node;
}

static Node convert(const toml::node &from) {
  Node node;
  if (const toml::table *table = from.as_table())
    node = convertTable(*table);
  else if (const toml::array *list = from.as_array())
    node = convertList(*list);
  else
    node = convertScalar(from);
  place(node, from.source());
  return node;
}

const Node *Node::find(llvm::StringRef key) const {
  for (const Entry &entry : entries)
    if (entry.key == key)
      return &entry.value;
  return nullptr;
}

std::string Node::asText() const {
  switch (kind) {
  case Kind::Text:
    return text.size() <= 60 ? '"' + text + '"' : '"' + text.substr(0, 57) + "...\"";
  case Kind::Integer:
    return std::to_string(integer);
  case Kind::Float: {
    std::string digits;
    llvm::raw_string_ostream(digits) << llvm::format("%.9g", number);
    if (llvm::StringRef(digits).find_first_not_of("-0123456789") == llvm::StringRef::npos)
      digits += ".0"; // as TOML tells it from an integer
    return digits;
  }
  case Kind::Flag:
    return flag ? "true" : "false";
  case Kind::DateOrTime:
    return "a date or time";
  case Kind::List:
    return "a list";
  case Kind::Table:
    return "a table";
  }
  return "";
}

std::optional<Node> readTree(llvm::StringRef text, const std::string &path,
                             Diagnostics &diagnostics) {
  toml::parse_result result = toml::parse(std::string_view(text.data(), text.size()), path);
  if (result.failed()) {
    const toml::parse_error &error = result.error();
    llvm::StringRef why(error.description().data(), error.description().size());
    why.consume_front("Error while parsing ");
    diagnostics.error({path, positionOf(error.source().begin)}, "not valid TOML: " + why)
        .note("the format is described at https://toml.io/en/v1.0.0");
    return std::nullopt;
  }
  return convert(result.table());
}

} // namespace mdc::spec
