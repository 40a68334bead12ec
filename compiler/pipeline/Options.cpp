#include "compiler/pipeline/Options.h"

#include "llvm/ADT/STLExtras.h"

namespace mdc::pipeline {

bool checkIsBuilt(const spec::Spec &spec, Diagnostics &diagnostics) {
  auto refuse = [&](llvm::StringRef section, SourcePosition position) {
    diagnostics.error(spec.at(position), "'" + section + "' is not built yet")
        .note("remove it to build without");
  };
  if (spec.compress.position.known())
    refuse("compress", spec.compress.position);
  return !spec.compress.position.known();
}

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

std::vector<lower::Machine> levelsOf(const spec::Spec &spec) {
  const std::vector<std::string> &asked = spec.cpu.isa.value;
  std::vector<lower::Machine> levels;
  if (llvm::is_contained(asked, "v3"))
    levels.push_back(*lower::machineOf("v3"));
  if (llvm::is_contained(asked, "v4") || llvm::is_contained(asked, "vnni"))
    levels.push_back(*lower::machineOf("v4"));
  if (llvm::is_contained(asked, "vnni"))
    levels.push_back(*lower::machineOf("vnni"));
  return levels;
}

package::Manifest manifestOf(const spec::Spec &spec) {
  package::Manifest manifest;
  manifest.mdcVersion = MDC_VERSION;
  manifest.name = spec.model.name.value;
  manifest.version = spec.model.version.value;
  manifest.target = "cpu";
  manifest.isa = spec.cpu.isa.value;
  manifest.serve.http = spec.serve.httpAddress.value;
  manifest.serve.threads = spec.cpu.threadCount.value;
  manifest.serve.contexts = spec.serve.contextCount.value;
  manifest.serve.queueMax = spec.serve.queueMax.value;
  manifest.serve.maxBodyBytes = spec.serve.bodyMaxBytes.value;
  return manifest;
}

void addToFingerprint(const spec::Spec &spec, plan::Fingerprint &fingerprint) {
  for (const spec::Dim &dim : spec.model.dims) {
    fingerprint.add("dim", dim.name)
        .add("kind", int64_t(dim.kind))
        .add("min", smallestExtent(dim))
        .add("max", dim.maxExtent);
    for (int64_t extent : dim.variantExtents)
      fingerprint.add("variant", extent);
  }
  for (const lower::Machine &level : levelsOf(spec))
    fingerprint.add("level", level.name);
}

} // namespace mdc::pipeline
