// A model's inputs and outputs as the spec needs to know them, whoever read the model.
#pragma once

#include "compiler/spec/Spec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mdc::spec {

struct SignatureTensor {
  std::string name;
  std::string datatype;              ///< of the Open Inference Protocol: "FP32", "INT64", ...
  std::vector<int64_t> extents;      ///< -1: open
  std::vector<std::string> dimNames; ///< per axis, of open ones; empty: the graph gives no name
};

/// What [model.dims] calls an open axis: the graph's name, else "INPUT.AXIS".
std::string dimKey(const SignatureTensor &tensor, size_t axis);

/// Every dimension of [model.dims] is one of the inputs' open ones, and every open one is bound;
/// one error each, with the line to add. True if there was none.
bool checkDims(const Spec &spec, const std::vector<SignatureTensor> &inputs,
               Diagnostics &diagnostics);

} // namespace mdc::spec
