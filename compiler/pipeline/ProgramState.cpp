#include "compiler/pipeline/ProgramState.h"

#include "compiler/program/ElementTypes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

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

namespace {
/// What the constants of one call take, a mean over the region's calls.
struct WeightBytes {
  double stored = 0;  ///< sparse ones as they lie in the blob, others before they are padded
  double largest = 0; ///< of one constant: where the region is a layer, the layer's weight
};
} // namespace

static std::vector<WeightBytes> weightBytesOf(const program::Program &program) {
  std::vector<WeightBytes> all(program.regions.size());
  for (const program::Variant &variant : program.variants)
    for (const program::Step &step : variant.steps) {
      double stored = 0, largest = 0;
      for (const program::Operand &operand : step.operands) {
        if (operand.place != MDC_WEIGHT)
          continue;
        const program::Weight &weight = program.weights[operand.value];
        const bool sparse = llvm::StringRef(weight.packing).starts_with("sparse");
        const double bytes = double(sparse ? weight.bytes : weight.rowMajorBytes);
        stored += bytes;
        largest = std::max(largest, bytes);
      }
      const double calls = program.regions[step.region].stepCount;
      all[step.region].stored += stored / calls;
      all[step.region].largest += largest / calls;
    }
  return all;
}

static Array layersJson(const program::Region &region) {
  Array layers;
  for (const program::CompressedLayer &layer : region.layers)
    layers.push_back(Object{
        {"name", layer.name},
        {"precision", layer.precision.empty() ? region.precision : layer.precision},
        {"sparsity", layer.sparsity},
        {"weight_bytes_before", layer.weightBytesBefore},
        {"sqnr_db", layer.sqnrDb ? Value(*layer.sqnrDb) : Value(nullptr)},
        {"note", layer.note},
    });
  return layers;
}

/// What compression did to a region's layers, over all of them.
static void addCompression(const program::Region &region, const WeightBytes &bytes,
                           Object &object) {
  double before = 0, zeros = 0;
  std::optional<double> worstSqnrDb;
  for (const program::CompressedLayer &layer : region.layers) {
    before += double(layer.weightBytesBefore);
    zeros += layer.sparsity * double(layer.weightBytesBefore);
    if (layer.sqnrDb)
      worstSqnrDb = std::min(worstSqnrDb.value_or(*layer.sqnrDb), *layer.sqnrDb);
    if (!layer.note.empty() && !object.get("note"))
      object["note"] = layer.note;
  }
  if (before > 0) {
    const double rest = bytes.stored - bytes.largest; // biases and scales
    object["weight_bytes_before"] = std::llround(before / double(region.layers.size()) + rest);
    object["sparsity"] = zeros / before;
  }
  if (worstSqnrDb)
    object["sqnr_db"] = *worstSqnrDb;
  object["layers"] = layersJson(region);
}

static Array reportOf(const program::Program &program) {
  double total = 0;
  for (const program::Region &region : program.regions)
    total += predictedSeconds(region);
  const std::vector<WeightBytes> weightBytes = weightBytesOf(program);
  Array report;
  for (auto [region, bytes] : llvm::zip(program.regions, weightBytes)) {
    Object object{
        {"name", region.name},
        {"nodes", textsJson(region.nodes)},
        {"kernel", region.root},
        {"tile", region.tile.empty() ? Value(nullptr) : Value(region.tile)},
        {"precision", region.precision},
        {"multiplies_bytes", region.multipliesBytes},
        {"sparsity", 0},
        {"steps", region.stepCount},
        {"macs", region.cost.macs},
        {"weight_bytes", std::llround(bytes.stored)},
        {"weight_bytes_before", std::llround(bytes.stored)},
        {"sqnr_db", nullptr}, // nothing is rounded, or the graph came with its bytes
        {"bytes", region.cost.bytes},
        // Rounded, so that the text does not depend on a last bit.
        {"share", std::round(1e4 * predictedSeconds(region) / std::max(total, 1e-30)) / 1e4},
    };
    if (!region.layers.empty())
      addCompression(region, bytes, object);
    report.push_back(std::move(object));
  }
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
      {"fingerprint", state.fingerprint},      {"source_sha256", state.sourceSha256},
      {"sources", textsJson(state.sources)},   {"inputs", tensorsJson(state.inputs)},
      {"outputs", tensorsJson(state.outputs)}, {"calibrations", Array(state.calibrations)},
      {"regions", Array(state.report)},        {"weight_bytes", state.weightBytes},
      {"arena_bytes", state.arenaBytes},       {"steps", state.stepCount},
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
  const Array *calibrations = value->getAsObject()->getArray("calibrations");
  if (!report || !calibrations || !regionsOf(*report, state.regions))
    return std::nullopt;
  state.calibrations = *calibrations;
  state.report = *report;
  return state;
}

} // namespace mdc::pipeline
