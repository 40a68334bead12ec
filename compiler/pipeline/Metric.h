// What the accuracy gate measures: from a model's answers and what they should have been to one
// number.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// A model's first output for every sample, one after the other.
struct Answers {
  int64_t sampleCount = 0;
  /// Extent of the last axis where it counts classes. 1: the output is one probability of class 1,
  /// or, of integers, the class itself.
  int64_t classCount = 1;
  bool areClasses = false; ///< integers of one class a position: they are classes, not scores
  std::vector<double> values;

  /// Classifications of all samples: a sequence model gives several for a sample.
  int64_t positionCount() const { return int64_t(values.size()) / classCount; }
};

/// What a labelled set says; one of the two is empty.
struct Truth {
  std::vector<int64_t> labels; ///< one for each position
  std::vector<double> values;  ///< the expected output, shaped as the answers
};

/// top1, top5: the share of positions whose class is (among) the best; of equal scores the lower
/// class wins. precision, recall, f1: means over the classes that occur in labels or answers, 0
/// where a class has no answer. mse: over all values. cosine: the mean over samples of the cosine
/// between answer and truth; 1 where both are zero. max_abs_error: over all values. One output
/// value is a probability, compared with 0.5. Where the truth is an output, classifications compare
/// with its best class.
///
/// NaN where the answers hold one. None, and in `problem` what was found and expected, if the truth
/// does not fit the answers or the metric.
std::optional<double> measure(llvm::StringRef metric, const Answers &answers, const Truth &truth,
                              std::string &problem);

} // namespace mdc::pipeline
