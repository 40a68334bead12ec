// From the shapes of a request to the variant that runs it: pure functions of the model's tables.
#pragma once

#include "mdc/abi.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mdc::exec {

// Shape of one tensor of a request; extents in elements.
using Shape = std::vector<int64_t>;

// Extents of the model's dimensions in a request.
using Dims = std::vector<int64_t>;

// Solves the model's dimensions from its inputs' shapes; a dimension that no input has gets its
// largest extent. False and one sentence when a shape does not fit the signature.
bool solveDims(const MdcModel &model, std::span<const Shape> inputShapes, Dims &dims,
               std::string &error);

// The smallest variant that holds `dims`; null and one sentence that names the dimension when none
// does.
const MdcVariant *chooseVariant(const MdcModel &model, const Dims &dims, std::string &error);

// "[-1,16]", as error messages and `info` print a signature; "batch" stands for an open dimension.
std::string signatureShape(const MdcModel &model, const MdcSignature &signature);
std::string shapeText(std::span<const int64_t> shape);

} // namespace mdc::exec
