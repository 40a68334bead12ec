// Holds a binary's outputs against reference outputs.
#pragma once

#include "compiler/support/NumpyArchive.h"

#include <string>
#include <vector>

namespace mdc::tools {

struct OutputComparison {
  std::string name;
  std::string type;         ///< of the reference: "float32 [1, 10]"
  double relativeError = 0; ///< the largest absolute error over the reference's largest magnitude
  int64_t worstElement = 0; ///< where that error is, counted row-major
  std::string problem;      ///< why the arrays cannot be compared; empty if they can
  bool holds = false;
};

/// Compares one output. Float outputs may differ by `tolerance` times the reference's largest
/// magnitude; integers and booleans must be equal. A NaN or an infinity equals only the same.
OutputComparison compareOutput(const NumpyArray &reference, const NumpyArray &actual,
                               double tolerance);

/// Each reference array against the output of its name; a missing one is a problem.
std::vector<OutputComparison> compareOutputs(const std::vector<NumpyArray> &references,
                                             const std::vector<NumpyArray> &actuals,
                                             double tolerance);

} // namespace mdc::tools
