// Reads TOML from standard input and prints toml-test's tagged JSON, through the parser and the
// settings that mdc reads deploy.toml with. Exits with 1 for text that is not TOML.
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <cmath>
#include <sstream>

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static Value tagged(const char *type, std::string text) {
  return Object{{"type", type}, {"value", std::move(text)}};
}

static std::string floatText(double value) {
  if (std::isnan(value))
    return "nan";
  if (std::isinf(value))
    return value < 0 ? "-inf" : "inf";
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

template <typename T> static std::string streamed(const T &value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

static Value valueOf(const toml::node &node) {
  if (const auto *table = node.as_table()) {
    Object object;
    for (auto &&[key, value] : *table)
      object[llvm::json::fixUTF8(std::string(key.str()))] = valueOf(value);
    return object;
  }
  if (const auto *list = node.as_array()) {
    Array array;
    for (const toml::node &item : *list)
      array.push_back(valueOf(item));
    return array;
  }
  if (const auto *text = node.as_string())
    return tagged("string", text->get());
  if (const auto *integer = node.as_integer())
    return tagged("integer", std::to_string(integer->get()));
  if (const auto *number = node.as_floating_point())
    return tagged("float", floatText(number->get()));
  if (const auto *flag = node.as_boolean())
    return tagged("bool", flag->get() ? "true" : "false");
  if (const auto *date = node.as_date())
    return tagged("date-local", streamed(date->get()));
  if (const auto *time = node.as_time())
    return tagged("time-local", streamed(time->get()));
  const toml::date_time &moment = node.as_date_time()->get();
  return tagged(moment.offset ? "datetime" : "datetime-local", streamed(moment));
}

int main() {
  auto input = llvm::MemoryBuffer::getSTDIN();
  if (!input)
    return 2;
  const llvm::StringRef text = (*input)->getBuffer();
  toml::parse_result result = toml::parse(std::string_view(text.data(), text.size()));
  if (result.failed()) {
    llvm::errs() << std::string(result.error().description()) << '\n';
    return 1;
  }
  llvm::outs() << valueOf(result.table()) << '\n';
  return 0;
}
