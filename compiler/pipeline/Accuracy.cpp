#include "compiler/pipeline/Accuracy.h"

#include "compiler/support/ExitCode.h"
#include "compiler/support/Subprocess.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <cmath>

namespace mdc::pipeline {

SetSource setSourceOf(const spec::DataSetSpec &dataset) {
  if (dataset.labelPath.value.empty())
    return {dataset.inputsPath.value, "", ""};
  return {"", dataset.inputsPath.value, dataset.labelPath.value};
}

Accuracy::Accuracy(const spec::AccuracySpec &spec, std::string workFolder, Diagnostics &diagnostics)
    : spec_(spec), requestsPath_(workFolder + "/accuracy-requests.npz"),
      answersPath_(workFolder + "/accuracy-answers.npz"), diagnostics_(diagnostics),
      source_(setSourceOf(spec.dataset)) {}

Accuracy::~Accuracy() {
  llvm::sys::fs::remove(requestsPath_);
  llvm::sys::fs::remove(answersPath_);
}

bool Accuracy::refuse(const llvm::Twine &message, const llvm::Twine &note) {
  diagnostics_.error(Location(spec_.dataset.inputsPath.value), message).note(note);
  return false;
}

static bool isOfValues(llvm::StringRef metric) {
  return metric == "mse" || metric == "cosine" || metric == "max_abs_error";
}

bool Accuracy::readSet(const BoundSignature &signature) {
  if (set_)
    return true;
  std::optional<SampleSet> set =
      readSampleSet(source_, signature.inputs, "accuracy set", diagnostics_);
  if (!set)
    return false;
  const std::string &output = signature.firstOutput;
  const bool ofValues = isOfValues(spec_.metric.value);
  if (ofValues && !set->other("label") && !set->other(output))
    return refuse("the accuracy set has no array '" + output +
                      "', expected the values of the first output for each sample",
                  "'" + spec_.metric.value + "' compares values; top1 and others compare classes");
  if (!set->other("label") && !set->other(output))
    return refuse("the accuracy set has no array 'label', expected one integer for each sample",
                  "or expected outputs under the name of the first output, '" + output + "'");
  set_ = std::move(set);
  if (fitsAnswers(signature))
    return true;
  set_.reset();
  return false;
}

/// Zeros in the shape of the answers show what no answers could be compared with.
bool Accuracy::fitsAnswers(const BoundSignature &signature) {
  constexpr int64_t mostElements = int64_t(1) << 26; // a check is no place for gigabytes
  if (!signature.answerShape || llvm::is_contained(*signature.answerShape, -1))
    return true;
  for (auto [input, array] : llvm::zip_equal(signature.inputs, set_->inputs))
    if (!input.shape.empty() && input.shape.front() < 0 && array.extents[1] != 1)
      return true;
  NumpyArray zeros;
  zeros.name = signature.firstOutput;
  zeros.kind = signature.answersAreFloats ? 'f' : 'i';
  zeros.itemBytes = 4;
  zeros.extents = {set_->samples};
  llvm::append_range(zeros.extents, *signature.answerShape);
  if (zeros.elementCount() > mostElements)
    return true;
  zeros.bytes.assign(size_t(zeros.elementCount()) * zeros.itemBytes, 0);
  return bool(compare(zeros));
}

bool Accuracy::writeRequests() {
  if (requestsWritten_)
    return true;
  if (!writeNpz(requestsPath_, set_->inputs, diagnostics_))
    return false;
  for (NumpyArray &input : set_->inputs) // they lie in the file; a set may be large
    input.bytes = {};
  requestsWritten_ = true;
  return true;
}

static std::vector<double> valuesOf(const NumpyArray &array) {
  std::vector<double> values(array.elementCount());
  for (size_t at = 0; at < values.size(); ++at)
    values[at] = array.element(int64_t(at));
  return values;
}

std::optional<Truth> Accuracy::truthFor(const NumpyArray &output) {
  const NumpyArray *label = set_->other("label");
  const NumpyArray *expected = set_->other(output.name);
  Truth truth;
  const bool ofValues = isOfValues(spec_.metric.value);
  if (expected && (ofValues || !label)) {
    truth.values = valuesOf(*expected);
    return truth;
  }
  if (ofValues && label->elementCount() != output.elementCount()) {
    refuse("'label' of the accuracy set has " + llvm::Twine(label->elementCount()) +
               " numbers, expected the " + llvm::Twine(output.elementCount()) + " values of '" +
               output.name + "'",
           "'" + spec_.metric.value + "' compares values; top1 and others compare classes");
    return std::nullopt;
  }
  std::vector<double> values = valuesOf(*label);
  if (ofValues) {
    truth.values = std::move(values);
    return truth;
  }
  for (auto [at, value] : llvm::enumerate(values)) {
    if (value != std::floor(value)) {
      refuse("'label' of the accuracy set is " + std::to_string(value) + " at " + llvm::Twine(at) +
                 ", expected the number of a class",
             "'" + spec_.metric.value + "' compares classes; mse and cosine compare values");
      return std::nullopt;
    }
    truth.labels.push_back(int64_t(value));
  }
  return truth;
}

/// Scores of classes stand along the last axis that is longer than 1. Where the labels say that
/// every value is an answer of its own, each is a probability.
static int64_t classCountOf(const NumpyArray &output, int64_t labelCount) {
  if (labelCount == output.elementCount())
    return 1;
  for (int64_t extent : llvm::reverse(llvm::ArrayRef(output.extents).drop_front()))
    if (extent > 1)
      return extent;
  return 1;
}

/// Whether every row along the last axis says one of several classes by a single 1.
static bool isOneHot(const NumpyArray &label) {
  int64_t row = label.extents.size() > 1 ? label.extents.back() : 1;
  if (row < 2)
    return false;
  for (int64_t first = 0; first < int64_t(label.elementCount()); first += row) {
    int64_t ones = 0;
    for (int64_t at = first; at < first + row; ++at) {
      double value = label.element(at);
      if (value != 0 && value != 1)
        return false;
      ones += value == 1;
    }
    if (ones != 1)
      return false;
  }
  return true;
}

/// The first line of a program's complaint, without what calls it one.
static std::string lineOf(llvm::StringRef output) {
  llvm::StringRef line = output.take_until([](char c) { return c == '\n'; });
  line.consume_front("error: ");
  return line.str();
}

std::optional<NumpyArray> Accuracy::answersOf(const std::string &binaryPath,
                                              const std::string &name) {
  if (!writeRequests())
    return std::nullopt;
  std::optional<Captured> ran =
      capture({binaryPath, "infer", "--each", "--inputs", requestsPath_, "--outputs", answersPath_},
              diagnostics_);
  if (!ran)
    return std::nullopt;
  lacksDevice_ = ran->exitCode == ExitNoDevice;
  if (lacksDevice_) {
    diagnostics_.error("the accuracy cannot be measured on this machine: " + lineOf(ran->output))
        .note("build where the binary can run, or say --unmeasured: the manifest then says so too");
    return std::nullopt;
  }
  if (ran->exitCode != 0) {
    refuse("the binary cannot answer the accuracy set", llvm::StringRef(ran->output).rtrim().str());
    return std::nullopt;
  }
  std::optional<std::vector<NumpyArray>> outputs = readNpz(answersPath_, diagnostics_);
  if (!outputs)
    return std::nullopt;
  auto output =
      llvm::find_if(*outputs, [&](const NumpyArray &array) { return array.name == name; });
  if (output == outputs->end()) {
    refuse("the binary gives no output '" + name + "'", "this is a bug of mdc");
    return std::nullopt;
  }
  return std::move(*output);
}

Answers Accuracy::answersIn(const NumpyArray &output) const {
  const NumpyArray *label = set_->other("label");
  Answers answers;
  answers.sampleCount = set_->samples;
  const bool labelsAreScores =
      label && label->elementCount() == output.elementCount() && isOneHot(*label);
  answers.classCount = classCountOf(output, label && !labelsAreScores ? label->elementCount() : -1);
  answers.areClasses = !output.isFloat() && answers.classCount == 1;
  answers.values = valuesOf(output);
  return answers;
}

std::optional<double> Accuracy::compare(const NumpyArray &output) {
  std::optional<Truth> truth = truthFor(output);
  if (!truth)
    return std::nullopt;
  const Answers answers = answersIn(output);
  if (truth->labels.size() == answers.values.size() && answers.classCount > 1) { // one-hot
    truth->values.assign(truth->labels.begin(), truth->labels.end());
    truth->labels.clear();
  }
  std::string problem;
  std::optional<double> value = measure(spec_.metric.value, answers, *truth, problem);
  if (!value)
    refuse("the accuracy set " + problem,
           "labels and expected outputs belong to the first output, '" + output.name + "'");
  return value;
}

std::optional<double> Accuracy::of(const std::string &binaryPath,
                                   const package::Manifest &manifest) {
  const std::string &name = manifest.outputs.front().name;
  if (!readSet({manifest.inputs, name, std::nullopt}))
    return std::nullopt;
  std::optional<NumpyArray> output = answersOf(binaryPath, name);
  return output ? compare(*output) : std::nullopt;
}

} // namespace mdc::pipeline
