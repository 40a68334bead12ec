#include "compiler/pipeline/GateRecord.h"

#include "compiler/support/Files.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

namespace mdc::pipeline {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

GateRecord::GateRecord(std::string path) : path_(std::move(path)) {
  auto file = llvm::MemoryBuffer::getFile(path_);
  if (!file)
    return;
  llvm::Expected<Value> root = llvm::json::parse((*file)->getBuffer());
  if (!root) {
    llvm::consumeError(root.takeError());
    return;
  }
  llvm::json::Path::Root place("gate");
  llvm::json::ObjectMapper map(*root, place);
  if (!map || !map.map("values", values_) || !map.map("float_layers", floatLayers_)) {
    values_.clear();
    floatLayers_.clear();
  }
}

std::optional<double> GateRecord::value(const std::string &key) const {
  auto found = values_.find(key);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

void GateRecord::setValue(const std::string &key, double value) {
  if (std::isfinite(value))
    values_[key] = value;
}

std::optional<std::vector<std::string>> GateRecord::floatLayers(const std::string &key) const {
  auto found = floatLayers_.find(key);
  return found == floatLayers_.end() ? std::nullopt : std::optional(found->second);
}

void GateRecord::setFloatLayers(const std::string &key, std::vector<std::string> layers) {
  floatLayers_[key] = std::move(layers);
}

bool GateRecord::save(Diagnostics &diagnostics) const {
  Object values, layers;
  for (const auto &[key, value] : values_)
    values[key] = value;
  for (const auto &[key, names] : floatLayers_)
    layers[key] = Array(names);
  Object root{{"values", std::move(values)}, {"float_layers", std::move(layers)}};
  return writeFile(path_, llvm::formatv("{0:1}\n", Value(std::move(root))).str(), diagnostics);
}

} // namespace mdc::pipeline
