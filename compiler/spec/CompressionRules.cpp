// What [compress] and [accuracy] must fulfil beyond the types of their keys.
#include "compiler/spec/SpecChecker.h"

#include "compiler/support/Files.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <cmath>

namespace mdc::spec {

bool AccuracySpec::smallerIsBetter() const {
  return metric.value == "mse" || metric.value == "max_abs_error";
}

namespace {

struct CompressionRules {
  const Spec &spec;
  const Node &root;
  Diagnostics &diagnostics;

  void check() const;

private:
  void checkPrune() const;
  void requireCalibration() const;
  void checkReducedRange() const;
  void checkDataset() const;
  void checkOtherThanCalibration() const;
  void checkBounds() const;
  void checkShare(const std::optional<Located<double>> &bound, llvm::StringRef name) const;

  /// Whether the file says the key at all; a value that was refused has its error already.
  bool says(std::initializer_list<llvm::StringRef> path) const {
    const Node *node = &root;
    for (llvm::StringRef part : path)
      if (!(node = node->find(part)))
        return false;
    return true;
  }
};

} // namespace

void CompressionRules::checkPrune() const {
  if (!spec.compress.prune || says({"compress", "prune", "sparsity"}))
    return;
  const Node *prune = root.find("compress")->find("prune");
  diagnostics.error(spec.at(prune->position), "'compress.prune.sparsity' is missing")
      .note("add `sparsity = 0.5` under [compress.prune], the share of weights that becomes zero");
}

/// What cannot be known from the weights alone comes from sample inputs.
void CompressionRules::requireCalibration() const {
  if (says({"compress", "calibration"}))
    return;
  auto missing = [&](SourcePosition position, const llvm::Twine &what) {
    diagnostics.error(spec.at(position), what + " needs 'compress.calibration'")
        .note("add `calibration = \"FILE.npz\"` under [compress], representative inputs by name");
  };
  const auto &prune = spec.compress.prune;
  if (prune && prune->reconstruct.value)
    missing(prune->reconstruct.position, "'compress.prune.reconstruct'");
  const auto &quantize = spec.compress.quantize;
  if (!quantize)
    return;
  const Node *section = root.find("compress")->find("quantize");
  const auto &activations = quantize->activations;
  if (activations.value == "int8")
    missing(activations.given() ? activations.position : section->position,
            "'compress.quantize.activations' = \"int8\"");
  else if (quantize->biasCorrection.given() && quantize->biasCorrection.value)
    missing(quantize->biasCorrection.position, "'compress.quantize.bias_correction'");
  if (quantize->reconstruct.value)
    missing(quantize->reconstruct.position, "'compress.quantize.reconstruct'");
}

void CompressionRules::checkReducedRange() const {
  const auto &quantize = spec.compress.quantize;
  if (quantize && quantize->reduceRange.value && quantize->activations.value == "none")
    diagnostics
        .error(spec.at(quantize->reduceRange.position),
               "'compress.quantize.reduce_range' is for products of integers")
        .note("weights alone gain nothing by fewer bits: leave it out, or set activations to "
              "\"int8\" or \"dynamic\"");
}

void CompressionRules::checkDataset() const {
  const DataSetSpec &dataset = spec.accuracy->dataset;
  if (!says({"accuracy", "dataset"})) {
    diagnostics.error(spec.at(spec.accuracy->position), "'accuracy.dataset' is missing")
        .note("add `dataset = \"FILE.npz\"` under [accuracy], samples with `label`");
    return;
  }
  const bool isPair = says({"accuracy", "dataset", "inputs"});
  auto checkEnding = [&](const Located<std::string> &path, llvm::ArrayRef<const char *> endings) {
    if (!path.given() || path.value.empty())
      return;
    const std::string ending = llvm::sys::path::extension(path.value).lower();
    for (const char *allowed : endings)
      if (ending == allowed)
        return;
    diagnostics
        .error(spec.at(path.position), "'accuracy.dataset' names '" + path.value +
                                           "', expected a file that ends in " +
                                           llvm::join(endings, " or "))
        .note(isPair ? "a pair of files is { inputs = \"x.npy\", label = \"y.npy\" }"
                     : "two .npy files are named as { inputs = \"x.npy\", label = \"y.npy\" }");
  };
  if (isPair) {
    checkEnding(dataset.inputsPath, {".npy"});
    checkEnding(dataset.labelPath, {".npy"});
  } else {
    checkEnding(dataset.inputsPath, {".npz", ".csv"});
  }
}

/// A gate on the samples that the ranges came from would say nothing about others.
void CompressionRules::checkOtherThanCalibration() const {
  const Located<std::string> &calibration = spec.compress.calibrationPath;
  const Located<std::string> &inputs = spec.accuracy->dataset.inputsPath;
  if (calibration.value.empty() || inputs.value.empty())
    return;
  uint64_t calibrationBytes = 0, inputBytes = 0; // files of gigabytes are hashed only if they must
  if (llvm::sys::fs::file_size(calibration.value, calibrationBytes) ||
      llvm::sys::fs::file_size(inputs.value, inputBytes) || calibrationBytes != inputBytes)
    return;
  Diagnostics silent(nullptr); // a missing file has its own error
  auto first = sha256HexOfFile(calibration.value, silent);
  auto second = sha256HexOfFile(inputs.value, silent);
  if (!first || first != second)
    return;
  diagnostics
      .error(spec.at(inputs.position),
             "'accuracy.dataset' has the same digest as 'compress.calibration'")
      .note("measure on samples that calibration has not seen; both are " +
            llvm::StringRef(*first).take_front(12) + "...");
}

static std::string numberText(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", number);
  return text;
}

void CompressionRules::checkShare(const std::optional<Located<double>> &bound,
                                  llvm::StringRef name) const {
  const std::string &metric = spec.accuracy->metric.value;
  const int smallest = name == "min" && metric == "cosine" ? -1 : 0;
  const int largest = name == "max_drop" && metric == "cosine" ? 2 : 1;
  if (!bound || (bound->value >= smallest && bound->value <= largest))
    return;
  const bool isNoBound = name == "max_drop" && bound->value < 0;
  if (isNoBound || !std::isfinite(bound->value))
    return; // refused by its key already
  diagnostics
      .error(spec.at(bound->position),
             llvm::formatv("'accuracy.{0}' is {1}, expected {2} to {3} for {4}", name,
                           numberText(bound->value), smallest, largest, metric)
                 .str())
      .note("shares are written as 0.98, not as 98");
}

void CompressionRules::checkBounds() const {
  const AccuracySpec &accuracy = *spec.accuracy;
  if (!says({"accuracy", "min"}) && !says({"accuracy", "max"}) && !says({"accuracy", "max_drop"}))
    diagnostics.error(spec.at(accuracy.position), "'accuracy' has neither min nor max_drop")
        .note("add `max_drop = 0.01` under [accuracy], or `min = 0.9`");
  if (accuracy.smallerIsBetter()) {
    if (accuracy.minimum)
      diagnostics
          .error(spec.at(accuracy.minimum->position),
                 "'accuracy.min' with '" + accuracy.metric.value + "', which is best when small")
          .note("write max for the largest error, or max_drop for its largest rise");
    return;
  }
  if (accuracy.maximum)
    diagnostics
        .error(spec.at(accuracy.maximum->position),
               "'accuracy.max' with '" + accuracy.metric.value + "', which is best when large")
        .note("write min for the smallest value, or max_drop for the largest loss");
  checkShare(accuracy.minimum, "min");
  checkShare(accuracy.maxDrop, "max_drop");
}

void CompressionRules::check() const {
  const Node *compress = root.find("compress");
  if (compress && compress->kind == Node::Kind::Table) {
    if (!spec.compress.asked())
      diagnostics.error(spec.at(compress->position), "'compress' asks for nothing")
          .note("add [compress.prune] or [compress.quantize], or remove the section");
    checkPrune();
    requireCalibration();
    checkReducedRange();
  }
  const Node *accuracy = root.find("accuracy");
  if (!accuracy || accuracy->kind != Node::Kind::Table)
    return;
  checkDataset();
  checkOtherThanCalibration();
  checkBounds();
}

void checkCompression(const Spec &spec, const Node &root, Diagnostics &diagnostics) {
  CompressionRules{spec, root, diagnostics}.check();
}

} // namespace mdc::spec
