#include "compiler/pipeline/Options.h"

#include "compiler/link/Toolchain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

namespace mdc::pipeline {

/// A list of extents is imported as one open dimension: only its rows' independence, which the open
/// graph shows, allows a variant for each.
static bool staysOpen(const spec::Dim &dim) { return dim.kind != spec::Dim::Kind::Fixed; }

static int64_t smallestExtent(const spec::Dim &dim) {
  return dim.kind == spec::Dim::Kind::Range ? dim.minExtent : 1;
}

importer::ImportOptions importOptionsOf(const spec::Spec &spec) {
  importer::ImportOptions options;
  for (const spec::Dim &dim : spec.model.dims)
    options.dims.push_back({dim.name, smallestExtent(dim), dim.maxExtent, staysOpen(dim)});
  return options;
}

static compress::Quantization quantizationOf(const spec::QuantizeSpec &spec) {
  compress::Quantization quantize;
  quantize.activations = llvm::StringSwitch<compress::Activations>(spec.activations.value)
                             .Case("dynamic", compress::Activations::Dynamic)
                             .Case("none", compress::Activations::None)
                             .Default(compress::Activations::Int8);
  quantize.granularity = spec.granularity.value == "tensor" ? compress::Granularity::Tensor
                                                            : compress::Granularity::Channel;
  quantize.range = llvm::StringSwitch<compress::RangeMethod>(spec.range.value)
                       .Case("minmax", compress::RangeMethod::MinMax)
                       .Case("entropy", compress::RangeMethod::Entropy)
                       .Case("mse", compress::RangeMethod::Mse)
                       .Default(compress::RangeMethod::Percentile);
  quantize.percentile = spec.percentile.value;
  quantize.biasCorrection = spec.biasCorrection.value;
  quantize.reconstruct = spec.reconstruct.value;
  quantize.bits = spec.reduceRange.value ? compress::kReducedRange : compress::kWholeRange;
  quantize.exclude = spec.exclude.value;
  return quantize;
}

compress::Options compressOptionsOf(const spec::Spec &spec, const codegen::Target &target) {
  compress::Options options;
  if (const auto &prune = spec.compress.prune)
    options.prune = {prune->sparsity.value,   prune->pattern.value, prune->scope.value,
                     prune->include.value,    prune->exclude.value, prune->restored,
                     prune->reconstruct.value};
  if (const auto &quantize = spec.compress.quantize)
    options.quantize = quantizationOf(*quantize);
  // What is known of speed is that of CPUs, so on a GPU it keeps no layer from bytes.
  if (options.quantize && !target.isGpu())
    options.quantize->fasterOn = spec.cpu.isa.value;
  // By default the bias is corrected where sample inputs tell by what; a spec that asks for it
  // without them has been refused.
  if (options.quantize && spec.compress.calibrationPath.value.empty())
    options.quantize->biasCorrection = false;
  return options;
}

std::vector<program::Dim> openDimsOf(const spec::Spec &spec,
                                     llvm::ArrayRef<std::string> symbolNames) {
  std::vector<program::Dim> dims;
  for (const std::string &name : symbolNames) {
    auto dim = llvm::find_if(spec.model.dims, [&](const spec::Dim &of) { return of.name == name; });
    if (dim != spec.model.dims.end())
      dims.push_back({name, smallestExtent(*dim), dim->maxExtent});
  }
  return dims;
}

codegen::Target cpuTargetOf(const spec::Spec &spec) {
  const std::vector<std::string> &asked = spec.cpu.isa.value;
  codegen::Target target;
  std::vector<lower::Machine> &levels = target.levels;
  if (llvm::is_contained(asked, "v3"))
    levels.push_back(*lower::machineOf("v3"));
  if (llvm::is_contained(asked, "v4") || llvm::is_contained(asked, "vnni"))
    levels.push_back(*lower::machineOf("v4"));
  if (llvm::is_contained(asked, "vnni"))
    levels.push_back(*lower::machineOf("vnni"));
  return target;
}

codegen::GpuArch newestArchOf(const spec::Spec &spec) {
  codegen::GpuArch newest = codegen::gpuArchs().front();
  for (const std::string &name : spec.cuda.archs.value)
    if (std::optional<codegen::GpuArch> arch = codegen::gpuArchOf(name))
      if (arch->ptxasSince > newest.ptxasSince)
        newest = *arch;
  return newest;
}

codegen::Target cudaTargetOf(const spec::Spec &spec, const std::string &ptxas) {
  codegen::Target target;
  target.name = "cuda";
  target.ptxas = ptxas;
  target.products = spec.cuda.precision.value;
  target.mainLoops = link::runtimeFolder("cuda");
  for (const std::string &name : spec.cuda.archs.value)
    if (std::optional<codegen::GpuArch> arch = codegen::gpuArchOf(name))
      target.archs.push_back(*arch);
  return target;
}

package::Manifest manifestOf(const spec::Spec &spec, const codegen::Target &target) {
  package::Manifest manifest;
  manifest.mdcVersion = MDC_VERSION;
  manifest.name = spec.model.name.value;
  manifest.version = spec.model.version.value;
  manifest.target = target.name;
  manifest.isa = target.isGpu() ? spec.cuda.archs.value : spec.cpu.isa.value;
  manifest.serve.http = spec.serve.httpAddress.value;
  manifest.serve.threads = spec.cpu.threadCount.value;
  manifest.serve.contexts = spec.serve.contextCount.value;
  manifest.serve.queueMax = spec.serve.queueMax.value;
  manifest.serve.maxBodyBytes = spec.serve.bodyMaxBytes.value;
  return manifest;
}

static void addPatterns(llvm::StringRef name, const std::vector<std::string> &patterns,
                        plan::Fingerprint &fingerprint) {
  fingerprint.add(name, int64_t(patterns.size()));
  for (const std::string &pattern : patterns)
    fingerprint.add(name, pattern);
}

static void addCompression(const compress::Options &options, plan::Fingerprint &fingerprint) {
  if (const auto &prune = options.prune) {
    fingerprint.add("sparsity", llvm::formatv("{0:e17}", prune->sparsity).str())
        .add("pattern", prune->pattern)
        .add("scope", prune->scope)
        .add("reconstruct", prune->reconstruct);
    addPatterns("include", prune->include, fingerprint);
    addPatterns("exclude", prune->exclude, fingerprint);
    addPatterns("restored", prune->restored, fingerprint);
  }
  if (const auto &quantize = options.quantize) {
    fingerprint.add("activations", int64_t(quantize->activations))
        .add("granularity", int64_t(quantize->granularity))
        .add("range", int64_t(quantize->range))
        .add("percentile", llvm::formatv("{0:e17}", quantize->percentile).str())
        .add("bias", quantize->biasCorrection)
        .add("rounding", quantize->reconstruct)
        .add("bits", int64_t(quantize->bits));
    addPatterns("float", quantize->exclude, fingerprint);
    addPatterns("faster on", quantize->fasterOn, fingerprint);
  }
}

void addToFingerprint(const spec::Spec &spec, const codegen::Target &target,
                      plan::Fingerprint &fingerprint) {
  for (const spec::Dim &dim : spec.model.dims) {
    fingerprint.add("dim", dim.name)
        .add("kind", int64_t(dim.kind))
        .add("min", smallestExtent(dim))
        .add("max", dim.maxExtent);
    for (int64_t extent : dim.variantExtents)
      fingerprint.add("variant", extent);
  }
  for (const lower::Machine &level : target.levels)
    fingerprint.add("level", level.name);
  if (target.isGpu())
    fingerprint.add("images", int64_t(target.imageCount())).add("products", target.products);
  addCompression(compressOptionsOf(spec, target), fingerprint);
}

} // namespace mdc::pipeline
