#include "compiler/pipeline/GatedBuild.h"

#include "compiler/package/Binary.h"
#include "compiler/package/CheckBinary.h"
#include "compiler/pipeline/LayerFacts.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/OneBuild.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/StepCommands.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace mdc::pipeline {

/// An int8 build stays one: what repair returns to float is at most the rest.
static constexpr double int8ShareKept = 0.8;

/// Of the value without compression: 0.99 - 0.98 is more than 0.01 by a rounding, and must hold.
static constexpr double roundingSlack = 1e-12;

GatedBuild::GatedBuild(const spec::Spec &spec, codegen::Target target, unsigned jobs,
                       Diagnostics &diagnostics)
    : spec(spec), gate(*spec.accuracy), target(std::move(target)), jobs(jobs),
      diagnostics(diagnostics), root(spec, "", this->target.name),
      accuracy(gate, root.root, diagnostics), record(root.at("gate.json")) {
  found.metric = gate.metric.value;
}

BuildReport GatedBuild::failed() {
  if (report.exitCode == ExitDone)
    report.exitCode = ExitBadInput;
  return report;
}

static spec::Spec withoutCompression(spec::Spec spec) {
  spec.compress = {};
  return spec;
}

static std::string numberText(double value, const char *form = "%.6g") {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(form, value);
  return text;
}

/// A pattern that matches the name alone, but for the characters that patterns give a meaning.
static std::string patternOf(std::string name) {
  std::replace(name.begin(), name.end(), '*', '?');
  return name;
}

/// The other layers lose what they lost, so that the difference is these layers' own.
static spec::Spec withFloat(spec::Spec spec, const std::vector<std::string> &layers) {
  for (const std::string &layer : layers) {
    if (spec.compress.prune)
      spec.compress.prune->restored.push_back(patternOf(layer));
    if (spec.compress.quantize)
      spec.compress.quantize->exclude.value.push_back(patternOf(layer));
  }
  return spec;
}

static std::optional<package::Manifest>
manifestIn(const std::string &binaryPath, std::string &contentSha256, Diagnostics &diagnostics) {
  std::optional<MdcTrailer> trailer = package::readTrailer(binaryPath, diagnostics);
  if (!trailer)
    return std::nullopt;
  contentSha256 = llvm::toHex(trailer->contentSha256, /*LowerCase=*/true);
  auto text =
      llvm::MemoryBuffer::getFileSlice(binaryPath, trailer->manifestBytes, trailer->manifestOffset);
  return text ? package::readManifest((*text)->getBuffer(), binaryPath, diagnostics) : std::nullopt;
}

std::optional<GatedBuild::Candidate> GatedBuild::build(const spec::Spec &of,
                                                       const std::string &subfolder) {
  Candidate candidate{BuildFolder(spec, subfolder, target.name), {}, "", {}, 0};
  BuildReport built = buildOnce(of, target, candidate.folder, jobs, Stage::Finish, diagnostics);
  if (built.exitCode != ExitDone) {
    report.exitCode = built.exitCode;
    return std::nullopt;
  }
  auto manifest = manifestIn(candidate.folder.binaryPath, candidate.contentSha256, diagnostics);
  if (!manifest)
    return std::nullopt;
  candidate.manifest = std::move(*manifest);
  report = built;
  return candidate;
}

std::string GatedBuild::setKey() {
  if (setDigests.empty()) {
    plan::FileDigests digests(root.statPath);
    plan::Fingerprint key;
    for (const std::string &path : {gate.dataset.inputsPath.value, gate.dataset.labelPath.value}) {
      std::optional<std::string> digest = path.empty() ? "" : digests.of(path, diagnostics);
      if (!digest)
        return "";
      key.add("set", *digest);
    }
    // The metrics are part of mdc.
    key.add("mdc", digests.of(compilerPath(), diagnostics).value_or(""));
    digests.save(diagnostics);
    setDigests = key.add("metric", gate.metric.value).hex();
  }
  return setDigests;
}

std::string GatedBuild::valueKey(const std::string &contentSha256) {
  return plan::Fingerprint().add("set", setKey()).add("content", contentSha256).hex();
}

bool GatedBuild::measure(Candidate &candidate) {
  const std::string key = valueKey(candidate.contentSha256);
  std::optional<double> value = record.value(key);
  if (!value)
    value = accuracy.of(candidate.folder.binaryPath, candidate.manifest);
  if (!value) {
    report.exitCode = accuracy.lacksDevice() ? ExitNoDevice : ExitBadInput;
    return false;
  }
  candidate.value = *value;
  record.setValue(key, *value);
  return record.save(diagnostics);
}

std::optional<GatedBuild::Candidate> GatedBuild::make(const std::string &subfolder,
                                                      Layers floatLayers) {
  std::optional<Candidate> candidate = build(withFloat(spec, floatLayers), subfolder);
  if (!candidate || !measure(*candidate))
    return std::nullopt;
  candidate->floatLayers = std::move(floatLayers);
  return candidate;
}

bool GatedBuild::measureUncompressed(const Candidate &candidate) {
  if (found.uncompressed)
    return true;
  if (!spec.compress.asked()) {
    found.uncompressed = candidate.value;
    return true;
  }
  plan::Fingerprint fingerprint;
  const spec::Spec plain = withoutCompression(spec);
  addToFingerprint(plain, target, fingerprint);
  fingerprint.add("uncompressed", candidate.manifest.sourceSha256).add("set", setKey());
  const std::string key = fingerprint.hex();
  found.uncompressed = record.value(key);
  if (found.uncompressed)
    return true;
  const BuildReport ofCandidate = report;
  std::optional<Candidate> reference = build(plain, "uncompressed");
  if (!reference || !measure(*reference))
    return false;
  report = ofCandidate;
  found.uncompressed = reference->value;
  record.setValue(key, reference->value);
  return record.save(diagnostics);
}

double GatedBuild::gain(double value, double other) const {
  return gate.smallerIsBetter() ? other - value : value - other;
}

bool GatedBuild::dropHolds(double value) const {
  if (!gate.maxDrop)
    return true;
  const double slack = roundingSlack * std::fabs(*found.uncompressed);
  return gain(*found.uncompressed, value) <= gate.maxDrop->value + slack;
}

bool GatedBuild::holds(double value) const {
  // Written so that a NaN never holds.
  const bool above = !gate.minimum || value >= gate.minimum->value;
  const bool below = !gate.maximum || value <= gate.maximum->value;
  return above && below && dropHolds(value) && value == value;
}

Location GatedBuild::missedBound(double value) const {
  if (gate.minimum && !(value >= gate.minimum->value))
    return spec.at(gate.minimum->position);
  if (gate.maximum && !(value <= gate.maximum->value))
    return spec.at(gate.maximum->position);
  return spec.at(gate.maxDrop ? gate.maxDrop->position : gate.position);
}

/// The metric of a binary that is like the candidate but for these layers.
std::optional<double> GatedBuild::valueWithFloat(const Candidate &candidate,
                                                 const Layers &floatLayers) {
  plan::Fingerprint fingerprint;
  fingerprint.add("like", valueKey(candidate.contentSha256));
  for (const std::string &layer : floatLayers)
    fingerprint.add("float", layer);
  const std::string key = fingerprint.hex();
  if (std::optional<double> value = record.value(key))
    return value;
  std::optional<Candidate> trial = make("trial", floatLayers);
  if (!trial)
    return std::nullopt;
  record.setValue(key, trial->value);
  return trial->value;
}

std::optional<std::vector<LayerGroup>> GatedBuild::rank(const Candidate &candidate) {
  std::vector<LayerContribution> layers;
  std::map<std::string, size_t> places; // variants repeat layers
  for (const LayerFacts &facts : layerFactsOf(candidate.manifest.regions)) {
    if (!facts.compressed() || facts.name.empty()) // one without a name cannot be left out
      continue;
    auto [place, isNew] = places.try_emplace(facts.name, layers.size());
    if (isNew)
      layers.push_back(
          {facts.name, facts.precision, facts.sparsity, 0, facts.sqnrDb, std::nullopt});
    layers[place->second].multiplyAdds += facts.multiplyAdds;
  }
  return searchLayers(std::move(layers), [&](const Layers &floatLayers) -> std::optional<double> {
    std::optional<double> value = valueWithFloat(candidate, floatLayers);
    return value ? std::optional(gain(*value, candidate.value)) : std::nullopt;
  });
}

/// Multiply-adds that may leave int8; all of them where none is int8. Where the cost table left
/// less than its share to int8, a fifth of that.
static double spareMultiplyAdds(const llvm::json::Array &regions) {
  double inBytes = 0, all = 0;
  for (const LayerFacts &facts : layerFactsOf(regions)) {
    all += facts.multiplyAdds;
    inBytes += facts.precision == "int8" ? facts.multiplyAdds : 0;
  }
  if (inBytes == 0)
    return std::numeric_limits<double>::infinity();
  return inBytes - int8ShareKept * (inBytes < int8ShareKept * all ? inBytes : all);
}

std::optional<GatedBuild::Layers>
GatedBuild::repairedLayers(const Candidate &candidate, const std::vector<LayerGroup> &ranked) {
  const std::vector<LayerGroup> order =
      repairOrder(ranked, spareMultiplyAdds(candidate.manifest.regions));
  auto worst = [&](size_t count) {
    Layers names;
    for (const LayerGroup &group : llvm::ArrayRef(order).take_front(count))
      for (const LayerContribution &layer : group.layers)
        names.push_back(layer.name);
    return names;
  };
  // Groups that double, then back to the fewest: all builds but a logarithm are saved.
  size_t missed = 0, held = 0;
  for (size_t count = 1; held == 0; count *= 2) {
    if (missed >= order.size())
      return std::nullopt;
    count = std::min(count, order.size());
    std::optional<double> value = valueWithFloat(candidate, worst(count));
    if (!value)
      return std::nullopt;
    (holds(*value) ? held : missed) = count;
  }
  while (held - missed > 1) {
    const size_t middle = (held + missed) / 2;
    std::optional<double> value = valueWithFloat(candidate, worst(middle));
    if (!value)
      return std::nullopt;
    (holds(*value) ? held : missed) = middle;
  }
  return worst(held);
}

std::string GatedBuild::decisionKey(const Candidate &candidate) {
  plan::Fingerprint key;
  key.add("like", valueKey(candidate.contentSha256));
  for (const auto &bound : {gate.minimum, gate.maximum, gate.maxDrop})
    key.add("bound", bound ? numberText(bound->value, "%.17g") : "");
  return key.add("uncompressed", numberText(found.uncompressed.value_or(0), "%.17g")).hex();
}

/// The repaired binary, if one holds.
std::optional<GatedBuild::Candidate> GatedBuild::repair(const Candidate &candidate,
                                                        const std::vector<LayerGroup> &ranked) {
  std::optional<Layers> layers = repairedLayers(candidate, ranked);
  if (!layers)
    return std::nullopt;
  std::optional<Candidate> repaired = make("repaired", *layers);
  if (repaired) {
    record.setFloatLayers(decisionKey(candidate), *layers);
    record.save(diagnostics);
  }
  return repaired;
}

/// Puts the binary into dist/ with its measured value, unless it is there.
BuildReport GatedBuild::publish(const Candidate &candidate, std::optional<double> value) {
  package::Manifest manifest = candidate.manifest;
  manifest.accuracy = package::ManifestAccuracy{gate.metric.value, value};
  found.value = value;
  found.repaired = candidate.floatLayers;
  report.binaryPath = root.binaryPath;
  found.culprits.clear();
  report.accuracy = found;
  std::string content;
  Diagnostics silent(nullptr);
  std::optional<package::Manifest> there = manifestIn(root.binaryPath, content, silent);
  report.rebuilt = !there || content != candidate.contentSha256 ||
                   package::manifestText(*there) != package::manifestText(manifest);
  if (report.rebuilt && !package::copyWithManifest(candidate.folder.binaryPath, manifest,
                                                   root.binaryPath, diagnostics))
    return failed();
  uint64_t bytes = 0;
  if (!llvm::sys::fs::file_size(root.binaryPath, bytes))
    report.binaryBytes = bytes;
  return report;
}

std::string GatedBuild::boundText() const {
  std::vector<std::string> bounds;
  if (gate.minimum)
    bounds.push_back("at least " + numberText(gate.minimum->value));
  if (gate.maximum)
    bounds.push_back("at most " + numberText(gate.maximum->value));
  if (gate.maxDrop)
    bounds.push_back("at most " + numberText(gate.maxDrop->value) + " worse than " +
                     numberText(*found.uncompressed) + " without compression");
  return llvm::join(bounds, " and ");
}

std::string GatedBuild::wayOut() const {
  if (!spec.compress.asked())
    return "nothing is compressed: the model itself is not that good on this set";
  if (!holds(*found.uncompressed))
    return "the uncompressed build has " + numberText(*found.uncompressed) +
           " and misses it too: no compression can help";
  if (gate.repair.value)
    return "no choice of layers to leave as they were holds, with " +
           numberText(100 * int8ShareKept) +
           " % of the multiply-adds in int8 where it is asked for: ask for less compression, or "
           "allow a larger loss";
  return "set repair = true to return the worst layers to float, exclude them by name, or ask for "
         "less compression";
}

BuildReport GatedBuild::miss(const Candidate &candidate, const std::vector<LayerGroup> &ranked) {
  found.value = candidate.value;
  for (const LayerGroup &group : ranked)
    llvm::append_range(found.culprits, group.layers);
  PendingDiagnostic error = diagnostics.error(
      missedBound(candidate.value), "the gate is missed: " + gate.metric.value + " is " +
                                        numberText(candidate.value) + ", expected " + boundText());
  error.note(wayOut());
  if (llvm::sys::fs::exists(root.binaryPath))
    error.note(root.binaryPath + " is the one of an earlier build");
  report.exitCode = ExitGateMissed;
  report.accuracy = found;
  return report;
}

/// A set that cannot be used is refused before anything is compiled.
bool GatedBuild::checkSet() {
  plan::FileDigests digests(root.statPath);
  std::optional<std::string> model = digests.of(spec.model.graphPath.value, diagnostics);
  if (!model || setKey().empty())
    return false;
  plan::Fingerprint fingerprint;
  addToFingerprint(spec, target, fingerprint);
  const std::string key = fingerprint.add("checked", setKey()).addDigest("model", *model).hex();
  if (record.value(key))
    return true;
  std::optional<BoundSignature> signature = boundSignatureOf(spec, diagnostics);
  if (!signature || !accuracy.readSet(*signature))
    return false;
  record.setValue(key, 1);
  return true;
}

BuildReport GatedBuild::runUnmeasured() {
  std::optional<Candidate> candidate = build(spec, candidateFolder);
  return candidate ? publish(*candidate, std::nullopt) : failed();
}

BuildReport GatedBuild::run() {
  if (!checkSet())
    return failed();
  std::optional<Candidate> candidate = make(candidateFolder, {});
  if (!candidate || (gate.maxDrop && !measureUncompressed(*candidate)))
    return failed();
  found.valueBefore = candidate->value;
  found.weightBytesBefore = report.weightBytes;
  if (holds(candidate->value))
    return publish(*candidate, candidate->value);
  if (!measureUncompressed(*candidate))
    return failed();
  if (!spec.compress.asked())
    return miss(*candidate, {});
  const bool repairable = gate.repair.value && holds(*found.uncompressed);
  if (repairable)
    if (auto layers = record.floatLayers(decisionKey(*candidate))) {
      std::optional<Candidate> repaired = make("repaired", *layers);
      return repaired ? publish(*repaired, repaired->value) : failed();
    }
  const BuildReport ofCandidate = report;
  std::optional<std::vector<LayerGroup>> ranked = rank(*candidate);
  if (!ranked)
    return failed();
  if (repairable)
    if (std::optional<Candidate> repaired = repair(*candidate, *ranked))
      return publish(*repaired, repaired->value);
  if (diagnostics.errorCount() != 0)
    return failed();
  report = ofCandidate;
  return miss(*candidate, *ranked);
}

} // namespace mdc::pipeline
