#include "compiler/spec/SpecKeys.h"
#include "compiler/spec/SpecPrinter.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace mdc::spec {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static Object integers(const Key &key) {
  Object schema{{"type", "integer"}, {"minimum", static_cast<int64_t>(key.minimum)}};
  schema["maximum"] = static_cast<int64_t>(key.maximum);
  return schema;
}

static Object choices(const Key &key) {
  Array names;
  for (const std::string &name : key.choiceNames())
    if (key.choiceIsBuilt(name))
      names.push_back(name);
  return Object{{"enum", std::move(names)}};
}

static Object dimension() {
  auto extent = [] { return Object{{"type", "integer"}, {"minimum", 1}}; };
  Object list{{"type", "array"}, {"items", extent()}, {"minItems", 1}, {"uniqueItems", true}};
  Object range{{"type", "object"},
               {"properties", Object{{"min", extent()}, {"max", extent()}}},
               {"required", Array{"max"}},
               {"additionalProperties", false}};
  return Object{{"oneOf", Array{extent(), std::move(list), std::move(range)}}};
}

static Object dataSet() {
  auto path = [] { return Object{{"type", "string"}}; };
  Object pair{{"type", "object"},
              {"properties", Object{{"inputs", path()}, {"label", path()}}},
              {"required", Array{"inputs", "label"}},
              {"additionalProperties", false}};
  return Object{{"oneOf", Array{path(), std::move(pair)}}};
}

static Object typeSchema(const Key &key) {
  switch (key.type) {
  case KeyType::Integer:
    return integers(key);
  case KeyType::Number:
    return Object{{"type", "number"},
                  {"minimum", key.minimum},
                  {key.belowMaximum ? "exclusiveMaximum" : "maximum", key.maximum}};
  case KeyType::Flag:
    return Object{{"type", "boolean"}};
  case KeyType::Choice:
    return choices(key);
  case KeyType::Choices:
    return Object{
        {"type", "array"}, {"items", choices(key)}, {"minItems", 1}, {"uniqueItems", true}};
  case KeyType::Texts:
    return Object{{"type", "array"}, {"items", Object{{"type", "string"}}}};
  case KeyType::Dimension:
    return dimension();
  case KeyType::Steps:
    return Object{{"type", "array"}, {"items", Object{{"type", "object"}}}};
  case KeyType::Sha256:
    return Object{{"type", "string"}, {"pattern", "^[0-9a-fA-F]{64}$"}};
  case KeyType::Address:
    return Object{{"type", "string"}, {"pattern", ":[0-9]{1,5}$"}};
  case KeyType::DataSet:
    return dataSet();
  case KeyType::Section:
  case KeyType::Feature:
  case KeyType::Text:
  case KeyType::InputFile:
  case KeyType::Path:
    return Object{{"type", "string"}};
  }
  return {};
}

static Object sectionSchema(std::vector<std::string> path);

/// False for a section whose every key is refused: an editor should not offer it.
static bool canBeWritten(const Key &key, const std::vector<std::string> &path) {
  if (!key.canBeUsed() || !key.isSection())
    return key.canBeUsed();
  for (const Key *below : keysBelow(path)) {
    std::vector<std::string> inner = path;
    inner.push_back(below->lastName().str());
    if (canBeWritten(*below, inner))
      return true;
  }
  return false;
}

static Object keySchema(const Key &key, const std::vector<std::string> &path) {
  Object schema = key.isSection() ? sectionSchema(path) : typeSchema(key);
  schema["description"] = key.sentence;
  const llvm::StringRef text = key.defaultText;
  // Every default is a JSON value too, but for a float's short form, which JSON shares.
  if (llvm::Expected<Value> value = llvm::json::parse(text); value && !text.empty())
    schema["default"] = *value;
  else
    llvm::consumeError(value.takeError());
  return schema;
}

static Object sectionSchema(std::vector<std::string> path) {
  Object properties;
  Object schema{{"type", "object"}, {"additionalProperties", false}};
  for (const Key *key : keysBelow(path)) {
    path.push_back(key->lastName().str());
    if (canBeWritten(*key, path)) {
      if (path.back() == "*")
        schema["additionalProperties"] = keySchema(*key, path);
      else
        properties[path.back()] = keySchema(*key, path);
    }
    path.pop_back();
  }
  if (!properties.empty())
    schema["properties"] = std::move(properties);
  if (path == std::vector<std::string>{"model"})
    schema["required"] = Array{"name", "graph"};
  return schema;
}

void printSchema(llvm::raw_ostream &out) {
  Object schema = sectionSchema({});
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "deploy.toml of mdc";
  schema["required"] = Array{"model"};
  out << llvm::formatv("{0:2}", Value(std::move(schema))) << '\n';
}

} // namespace mdc::spec
