#include "compiler/pipeline/Compression.h"

#include "compiler/compress/Annotate.h"
#include "compiler/compress/Layers.h"
#include "compiler/compress/Passes.h"
#include "compiler/pipeline/CalibrationResults.h"
#include "compiler/pipeline/GraphProgram.h"
#include "compiler/pipeline/Options.h"
#include "compiler/program/ElementTypes.h"
#include "compiler/support/NearMiss.h"
#include "dialects/graph/Shape.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace mdc::pipeline {

Compression::Compression(const spec::Spec &spec, const codegen::Target &target,
                         const BuildTools &tools, Diagnostics &diagnostics)
    : spec_(spec), tools_(tools), diagnostics_(diagnostics),
      options_(compressOptionsOf(spec, target)) {}

/// The graph's inputs as a set is checked against them.
static std::vector<package::ManifestTensor> inputsOf(func::FuncOp main) {
  std::vector<package::ManifestTensor> inputs;
  for (auto [index, argument] : llvm::enumerate(main.getArguments())) {
    auto type = cast<RankedTensorType>(argument.getType());
    package::ManifestTensor input;
    input.name = main.getArgAttrOfType<StringAttr>(index, "graph.name").str();
    input.datatype =
        program::datatypeOf(program::abiTypeOf(type.getElementType()).value_or(MDC_F32)).str();
    for (AffineExpr extent : graph::extentsOf(type))
      input.shape.push_back(graph::constantOf(extent).value_or(-1));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

/// The open dimensions as large as one sample makes them.
static std::vector<program::Dim> dimsOf(func::FuncOp main, const std::vector<std::string> &names,
                                        llvm::ArrayRef<NumpyArray> samples) {
  std::vector<program::Dim> dims;
  for (const std::string &name : names)
    dims.push_back({name, 1, 1});
  for (auto [argument, array] : llvm::zip_equal(main.getArguments(), samples)) {
    graph::Extents extents = graph::extentsOf(cast<RankedTensorType>(argument.getType()));
    for (auto [extent, size] : llvm::zip(extents, llvm::ArrayRef(array.extents).drop_front()))
      if (auto symbol = dyn_cast<AffineSymbolExpr>(extent))
        dims[symbol.getPosition()].maxExtent = size;
  }
  return dims;
}

bool Compression::readSamples(func::FuncOp main) {
  if (!samples_)
    samples_ = readSampleSet({spec_.compress.calibrationPath.value, "", ""}, inputsOf(main),
                             "calibration set", diagnostics_);
  return samples_.has_value();
}

ExitCode Compression::calibrate(ModuleOp module, const std::string &name, Wanted wanted) {
  func::FuncOp main = mainOf(module);
  if (!readSamples(main))
    return ExitBadInput;
  OwningOpRef<ModuleOp> instrumented = module.clone();
  std::vector<program::Dim> dims = dimsOf(main, symbolNamesOf(module), samples_->inputs);
  SmallVector<int64_t> largest;
  for (const program::Dim &dim : dims)
    largest.push_back(dim.maxExtent);
  mainOf(*instrumented)
      ->setAttr(graph::kMaxAttr, DenseI64ArrayAttr::get(module.getContext(), largest));
  PassManager passes(module.getContext());
  compress::InstrumentOptions instrument;
  instrument.ranges = wanted.ranges;
  instrument.grams = wanted.grams;
  passes.nest<func::FuncOp>().addPass(compress::createInstrument(instrument));
  if (failed(passes.run(*instrumented)))
    return ExitOurBug;
  AuxiliaryProgram program(spec_, name, tools_, diagnostics_);
  std::optional<std::vector<NumpyArray>> results =
      program.run(std::move(instrumented), std::move(dims), samples_->inputs);
  if (!results)
    return program.exitCode();
  const compress::Quantization ranges = options_.quantize.value_or(compress::Quantization());
  const compress::Calibration seen = calibrationOf(*results, samples_->samples);
  calibrations_.push_back(
      llvm::json::Object{{"set", llvm::sys::path::filename(spec_.compress.calibrationPath.value)},
                         {"samples", samples_->samples},
                         {"ranges", int64_t(seen.tensors.size())},
                         {"grams", int64_t(seen.grams.size())}});
  compress::annotate(main, seen, ranges.range, ranges.percentile, ranges.bits);
  return ExitDone;
}

/// One word for a pattern that names nothing: a typing error would else go unseen.
void Compression::warnOfStrayPatterns(func::FuncOp main) {
  std::vector<std::string> names;
  for (const compress::Layer &layer : compress::layersOf(main))
    if (!layer.name.empty())
      names.push_back(layer.name);
  auto look = [&](llvm::StringRef key, const spec::Located<std::vector<std::string>> &patterns) {
    for (const std::string &pattern : patterns.value) {
      auto matches = [&](const std::string &name) { return compress::matchesAny(pattern, name); };
      if (names.empty() || llvm::any_of(names, matches))
        continue;
      std::optional<std::string> near = nearMiss(pattern, names);
      diagnostics_
          .warning(spec_.at(patterns.position),
                   "'" + pattern + "' in '" + key + "' names no layer of the model")
          .note(near ? "did you mean '" + *near + "'?"
                     : "`mdc explain` lists the layers that can be compressed");
    }
  };
  if (const auto &prune = spec_.compress.prune) {
    look("compress.prune.include", prune->include);
    look("compress.prune.exclude", prune->exclude);
  }
  if (const auto &quantize = spec_.compress.quantize)
    look("compress.quantize.exclude", quantize->exclude);
}

ExitCode Compression::run(ModuleOp module) {
  warnOfStrayPatterns(mainOf(module));
  auto runPasses = [&](llvm::function_ref<void(OpPassManager &)> add) {
    PassManager passes(module.getContext());
    add(passes);
    return succeeded(passes.run(module)) ? ExitDone : ExitOurBug;
  };
  ExitCode code = ExitDone;
  if (options_.prune) {
    if (options_.prune->reconstruct)
      code = calibrate(module, "calibration-dense", {.grams = true});
    if (code == ExitDone)
      code = runPasses([&](OpPassManager &passes) {
        compress::addPrunePasses(passes, *options_.prune, /*keepGram=*/false);
      });
  }
  if (code == ExitDone && options_.quantize) {
    const compress::Quantization &quantize = *options_.quantize;
    // Of the pruned graph: its values are those that become bytes.
    Wanted wanted{quantize.readsValues(), quantize.reconstruct};
    if (wanted.ranges || wanted.grams)
      code = calibrate(module, "calibration", wanted);
    if (code == ExitDone)
      code =
          runPasses([&](OpPassManager &passes) { compress::addQuantizePasses(passes, quantize); });
  }
  if (code == ExitDone && (options_.prune || options_.quantize))
    code = runPasses([](OpPassManager &passes) {
      OpPassManager &functions = passes.nest<func::FuncOp>();
      functions.addPass(compress::createForgetCalibration());
      functions.addPass(createCanonicalizerPass());
      functions.addPass(createCSEPass());
    });
  return code;
}

} // namespace mdc::pipeline
