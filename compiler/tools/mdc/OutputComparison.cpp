#include "compiler/tools/mdc/OutputComparison.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

namespace mdc::tools {

/// Element-wise distance; infinite where exactly one side is not finite or the two differ there.
static double distance(double reference, double actual) {
  if (std::isfinite(reference) && std::isfinite(actual))
    return std::fabs(reference - actual);
  const bool same = (std::isnan(reference) && std::isnan(actual)) || (reference == actual);
  return same ? 0 : std::numeric_limits<double>::infinity();
}

OutputComparison compareOutput(const NumpyArray &reference, const NumpyArray &actual,
                               double tolerance) {
  OutputComparison result{reference.name, reference.typeText(), 0, 0, "", false};
  const bool sameType = reference.kind == actual.kind;
  if (!sameType || reference.extents != actual.extents) {
    result.problem = "the binary gives " + actual.typeText();
    return result;
  }
  double largestMagnitude = 0, largestDistance = 0;
  for (int64_t i = 0; i < reference.elementCount(); ++i) {
    const double expected = reference.element(i);
    if (std::isfinite(expected))
      largestMagnitude = std::max(largestMagnitude, std::fabs(expected));
    const double apart = distance(expected, actual.element(i));
    if (apart > largestDistance) {
      largestDistance = apart;
      result.worstElement = i;
    }
  }
  // Where everything is zero the error itself is the measure.
  result.relativeError =
      largestMagnitude > 0 ? largestDistance / largestMagnitude : largestDistance;
  result.holds = reference.isFloat() ? result.relativeError <= tolerance : largestDistance == 0;
  return result;
}

std::vector<OutputComparison> compareOutputs(const std::vector<NumpyArray> &references,
                                             const std::vector<NumpyArray> &actuals,
                                             double tolerance) {
  std::vector<OutputComparison> results;
  for (const NumpyArray &reference : references) {
    auto actual = llvm::find_if(
        actuals, [&](const NumpyArray &array) { return array.name == reference.name; });
    if (actual != actuals.end())
      results.push_back(compareOutput(reference, *actual, tolerance));
    else
      results.push_back({reference.name, reference.typeText(), 0, 0,
                         "the binary has no output of that name", false});
  }
  return results;
}

} // namespace mdc::tools
