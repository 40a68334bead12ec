#include "compiler/pipeline/Metric.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace mdc::pipeline {

static constexpr double threshold = 0.5; // of a single probability
static constexpr int64_t noClass = -1;   // of a position whose scores hold a NaN

/// The class that the scores of one position name.
static int64_t bestClass(const Answers &answers, const double *scores) {
  if (answers.areClasses)
    return static_cast<int64_t>(scores[0]);
  if (answers.classCount == 1)
    return std::isnan(scores[0]) ? noClass : scores[0] > threshold;
  int64_t best = 0;
  for (int64_t at = 0; at < answers.classCount; ++at) {
    if (std::isnan(scores[at]))
      return noClass;
    if (scores[at] > scores[best])
      best = at;
  }
  return best;
}

static std::vector<int64_t> bestClasses(const Answers &answers) {
  std::vector<int64_t> classes;
  for (int64_t at = 0; at < answers.positionCount(); ++at)
    classes.push_back(bestClass(answers, answers.values.data() + at * answers.classCount));
  return classes;
}

/// How many classes come before the label's, by score and then by number.
static int64_t rankOf(const double *scores, int64_t classCount, int64_t label) {
  int64_t rank = 0;
  for (int64_t at = 0; at < classCount; ++at) {
    if (std::isnan(scores[at]))
      return classCount;
    rank += scores[at] > scores[label] || (scores[at] == scores[label] && at < label);
  }
  return rank;
}

static double shareWithin(const Answers &answers, const std::vector<int64_t> &labels,
                          int64_t places) {
  int64_t right = 0;
  for (auto [at, label] : llvm::enumerate(labels)) {
    const double *scores = answers.values.data() + int64_t(at) * answers.classCount;
    right += answers.areClasses || answers.classCount == 1
                 ? bestClass(answers, scores) == label
                 : rankOf(scores, answers.classCount, label) < places;
  }
  return double(right) / double(labels.size());
}

namespace {
struct ClassCounts {
  int64_t right = 0, answered = 0, labelled = 0;

  double precision() const { return answered ? double(right) / double(answered) : 0; }
  double recall() const { return labelled ? double(right) / double(labelled) : 0; }
  double f1() const { return 2.0 * double(right) / double(answered + labelled); }
};
} // namespace

static double macroMean(llvm::StringRef metric, const std::vector<int64_t> &classes,
                        const std::vector<int64_t> &labels) {
  std::map<int64_t, ClassCounts> counts;
  for (auto [answer, label] : llvm::zip(classes, labels)) {
    counts[label].labelled += 1;
    counts[answer].answered += 1;
    counts[label].right += answer == label;
  }
  double sum = 0;
  for (const auto &[number, count] : counts)
    sum += metric == "precision" ? count.precision()
           : metric == "recall"  ? count.recall()
                                 : count.f1();
  return sum / double(counts.size());
}

static double meanSquaredError(const std::vector<double> &found, const std::vector<double> &truth) {
  double sum = 0;
  for (auto [a, b] : llvm::zip(found, truth))
    sum += (a - b) * (a - b);
  return sum / double(found.size());
}

static double largestError(const std::vector<double> &found, const std::vector<double> &truth) {
  double largest = 0;
  for (auto [a, b] : llvm::zip(found, truth)) {
    if (std::isnan(a))
      return a;
    largest = std::max(largest, std::fabs(a - b));
  }
  return largest;
}

static double meanCosine(const Answers &answers, const std::vector<double> &truth) {
  const int64_t perSample = int64_t(answers.values.size()) / answers.sampleCount;
  double sum = 0;
  for (int64_t sample = 0; sample < answers.sampleCount; ++sample) {
    double product = 0, found = 0, expected = 0;
    for (int64_t at = sample * perSample; at < (sample + 1) * perSample; ++at) {
      product += answers.values[at] * truth[at];
      found += answers.values[at] * answers.values[at];
      expected += truth[at] * truth[at];
    }
    if (found == 0 || expected == 0)
      sum += found == expected;
    else
      sum += product / std::sqrt(found * expected);
  }
  return sum / double(answers.sampleCount);
}

static std::string countProblem(size_t expectedCount, const Answers &answers) {
  return "holds " + std::to_string(expectedCount) + " expected values, but the model's first " +
         "output has " + std::to_string(answers.values.size()) + " for all samples";
}

/// The classes that the truth names, one a position; none if it does not fit.
static std::optional<std::vector<int64_t>> labelsOf(const Answers &answers, const Truth &truth,
                                                    std::string &problem) {
  std::vector<int64_t> labels = truth.labels;
  if (labels.empty() && truth.values.size() != answers.values.size()) {
    problem = countProblem(truth.values.size(), answers);
    return std::nullopt;
  }
  if (labels.empty()) {
    Answers expected = answers;
    expected.values = truth.values;
    labels = bestClasses(expected);
  }
  if (int64_t(labels.size()) != answers.positionCount()) {
    problem = "holds " + std::to_string(labels.size()) + " labels, but the model answers " +
              std::to_string(answers.positionCount()) + " times";
    return std::nullopt;
  }
  const int64_t classCount = std::max<int64_t>(answers.classCount, 2);
  for (auto [at, label] : llvm::enumerate(labels))
    if (!answers.areClasses && (label < 0 || label >= classCount)) {
      problem = "has the label " + std::to_string(label) + " at " + std::to_string(at) +
                ", expected 0 to " + std::to_string(classCount - 1);
      return std::nullopt;
    }
  return labels;
}

std::optional<double> measure(llvm::StringRef metric, const Answers &answers, const Truth &truth,
                              std::string &problem) {
  if (metric == "mse" || metric == "cosine" || metric == "max_abs_error") {
    std::vector<double> expected = truth.values;
    if (expected.empty()) // numbers all the same, where the output is one number a sample
      expected.assign(truth.labels.begin(), truth.labels.end());
    if (expected.size() != answers.values.size()) {
      problem = countProblem(expected.size(), answers);
      return std::nullopt;
    }
    return metric == "mse"      ? meanSquaredError(answers.values, expected)
           : metric == "cosine" ? meanCosine(answers, expected)
                                : largestError(answers.values, expected);
  }
  if (metric == "top5" && (answers.areClasses || answers.classCount < 2)) {
    problem = "is measured with top5, but the model's first output has one value a sample";
    return std::nullopt;
  }
  std::optional<std::vector<int64_t>> labels = labelsOf(answers, truth, problem);
  if (!labels)
    return std::nullopt;
  if (metric == "top1" || metric == "top5")
    return shareWithin(answers, *labels, metric == "top1" ? 1 : 5);
  return macroMean(metric, bestClasses(answers), *labels);
}

} // namespace mdc::pipeline
