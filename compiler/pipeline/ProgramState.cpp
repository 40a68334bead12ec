#include "compiler/pipeline/ProgramState.h"

#include "compiler/program/ElementTypes.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

namespace mdc::package {
static bool fromJSON(const llvm::json::Value &value, ManifestTensor &tensor,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("name", tensor.name) && map.map("datatype", tensor.datatype) &&
         map.map("shape", tensor.shape);
}
} // namespace mdc::package

namespace mdc::pipeline {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static Array textsJson(const std::vector<std::string> &texts) {
  Array list;
  for (const std::string &text : texts)
    list.push_back(text);
  return list;
}

static std::vector<package::ManifestTensor>
tensorsOf(const std::vector<program::Signature> &signatures) {
  std::vector<package::ManifestTensor> tensors;
  for (const program::Signature &signature : signatures)
    tensors.push_back({signature.name,
                       program::datatypeOf(signature.type).str(),
                       {signature.extents.begin(), signature.extents.end()}});
  return tensors;
}

/// A rough time: what the slower of arithmetic and memory needs on one core of about 100 GFLOP/s
/// and 10 GB/s.
static double predictedSeconds(const program::Region &region) {
  double arithmetic = double(region.cost.macs) / 50e9, memory = double(region.cost.bytes) / 10e9;
  return std::max(arithmetic, memory) * region.stepCount;
}

static Array reportOf(const program::Program &program) {
  double total = 0;
  for (const program::Region &region : program.regions)
    total += predictedSeconds(region);
  Array report;
  for (const program::Region &region : program.regions)
    report.push_back(Object{
        {"name", region.name},
        {"nodes", textsJson(region.nodes)},
        {"kernel", region.root},
        {"tile", region.tile.empty() ? Value(nullptr) : Value(region.tile)},
        {"precision", region.multipliesBytes ? std::string("int8") : region.elementType},
        {"multiplies_bytes", region.multipliesBytes},
        {"sparsity", 0},
        {"steps", region.stepCount},
        {"macs", region.cost.macs},
        {"weight_bytes", region.cost.weightBytes},
        {"weight_bytes_before", region.cost.weightBytes},
        {"sqnr_db", nullptr}, // nothing is rounded
        {"bytes", region.cost.bytes},
        // Rounded, so that the text does not depend on a last bit.
        {"share", std::round(1e4 * predictedSeconds(region) / std::max(total, 1e-30)) / 1e4},
    });
  return report;
}

ProgramState stateOf(const program::Program &program) {
  ProgramState state;
  state.inputs = tensorsOf(program.inputs);
  state.outputs = tensorsOf(program.outputs);
  for (const program::Region &region : program.regions)
    state.regions.push_back({region.name, region.nodes, region.multipliesBytes});
  state.report = reportOf(program);
  state.weightBytes = program.weightBytes;
  for (const program::Variant &variant : program.variants) {
    state.arenaBytes = std::max(state.arenaBytes, variant.arenaBytes);
    state.stepCount += variant.steps.size();
  }
  return state;
}

static Array tensorsJson(const std::vector<package::ManifestTensor> &tensors) {
  Array list;
  for (const package::ManifestTensor &tensor : tensors)
    list.push_back(Object{
        {"name", tensor.name}, {"datatype", tensor.datatype}, {"shape", Array(tensor.shape)}});
  return list;
}

std::string stateText(const ProgramState &state) {
  Object object{
      {"fingerprint", state.fingerprint},
      {"source_sha256", state.sourceSha256},
      {"sources", textsJson(state.sources)},
      {"inputs", tensorsJson(state.inputs)},
      {"outputs", tensorsJson(state.outputs)},
      {"regions", Array(state.report)},
      {"weight_bytes", state.weightBytes},
      {"arena_bytes", state.arenaBytes},
      {"steps", state.stepCount},
  };
  return llvm::formatv("{0:1}\n", Value(std::move(object)));
}

static bool regionsOf(const Array &report, std::vector<RegionState> &regions) {
  for (const Value &value : report) {
    RegionState region;
    llvm::json::Path::Root root("regions");
    llvm::json::ObjectMapper map(value, root);
    if (!map || !map.map("name", region.name) || !map.map("nodes", region.nodes) ||
        !map.map("multiplies_bytes", region.multipliesBytes))
      return false;
    regions.push_back(std::move(region));
  }
  return true;
}

std::optional<ProgramState> readState(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return std::nullopt;
  llvm::Expected<Value> value = llvm::json::parse((*file)->getBuffer());
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  ProgramState state;
  llvm::json::Path::Root root("program");
  llvm::json::ObjectMapper map(*value, root);
  if (!map || !map.map("fingerprint", state.fingerprint) ||
      !map.map("source_sha256", state.sourceSha256) || !map.map("sources", state.sources) ||
      !map.map("inputs", state.inputs) || !map.map("outputs", state.outputs) ||
      !map.map("weight_bytes", state.weightBytes) || !map.map("arena_bytes", state.arenaBytes) ||
      !map.map("steps", state.stepCount))
    return std::nullopt;
  const Array *report = value->getAsObject()->getArray("regions");
  if (!report || !regionsOf(*report, state.regions))
    return std::nullopt;
  state.report = *report;
  return state;
}

} // namespace mdc::pipeline
