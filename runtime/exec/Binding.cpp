#include "runtime/exec/Binding.h"

namespace mdc::exec {
namespace {

std::string expectation(const MdcModel &model, const MdcSignature &signature, const Shape &given) {
  return "input '" + std::string(signature.name) + "' has shape " + shapeText(given) +
         ", expected " + signatureShape(model, signature);
}

std::string rangeText(const MdcDim &dim) {
  if (dim.min == dim.max)
    return std::to_string(dim.max);
  return std::to_string(dim.min) + " to " + std::to_string(dim.max);
}

bool solveAxis(const MdcModel &model, const MdcSignature &signature, size_t axis,
               const Shape &given, Dims &dims, std::string &error) {
  int64_t extent = given[axis];
  int32_t dim = signature.dims[axis];
  if (dim < 0) {
    bool fits = signature.extents[axis] < 0 || signature.extents[axis] == extent;
    if (!fits)
      error = expectation(model, signature, given);
    return fits;
  }
  const MdcDim &facts = model.dims[dim];
  if (extent < facts.min || extent > facts.max) {
    error = expectation(model, signature, given) + " with " + facts.name + " " + rangeText(facts);
    return false;
  }
  if (dims[dim] >= 0 && dims[dim] != extent) {
    error = "input '" + std::string(signature.name) + "' has " + facts.name + " " +
            std::to_string(extent) + ", expected " + std::to_string(dims[dim]) +
            " as in the inputs before it";
    return false;
  }
  dims[dim] = extent;
  return true;
}

} // namespace

std::string shapeText(std::span<const int64_t> shape) {
  std::string text = "[";
  for (size_t axis = 0; axis < shape.size(); ++axis)
    text += (axis ? "," : "") + std::to_string(shape[axis]);
  return text + "]";
}

std::string signatureShape(const MdcModel &model, const MdcSignature &signature) {
  std::string text = "[";
  for (uint32_t axis = 0; axis < signature.rank; ++axis) {
    text += axis ? "," : "";
    int32_t dim = signature.dims[axis];
    text += dim >= 0 ? std::string(model.dims[dim].name) : std::to_string(signature.extents[axis]);
  }
  return text + "]";
}

bool solveDims(const MdcModel &model, std::span<const Shape> inputShapes, Dims &dims,
               std::string &error) {
  if (inputShapes.size() != model.inputCount) {
    error = "the request has " + std::to_string(inputShapes.size()) + " inputs, expected " +
            std::to_string(model.inputCount);
    return false;
  }
  dims.assign(model.dimCount, -1);
  for (uint32_t index = 0; index < model.inputCount; ++index) {
    const MdcSignature &signature = model.inputs[index];
    const Shape &given = inputShapes[index];
    if (given.size() != signature.rank) {
      error = expectation(model, signature, given);
      return false;
    }
    for (size_t axis = 0; axis < given.size(); ++axis)
      if (!solveAxis(model, signature, axis, given, dims, error))
        return false;
  }
  for (uint32_t dim = 0; dim < model.dimCount; ++dim)
    if (dims[dim] < 0)
      dims[dim] = model.dims[dim].max;
  return true;
}

const MdcVariant *chooseVariant(const MdcModel &model, const Dims &dims, std::string &error) {
  for (uint32_t index = 0; index < model.variantCount; ++index) {
    const MdcVariant &variant = model.variants[index];
    bool holds = true;
    for (uint32_t dim = 0; dim < model.dimCount; ++dim)
      holds = holds && dims[dim] <= variant.dims[dim];
    if (holds)
      return &variant;
  }
  error = "no variant of the model holds";
  for (uint32_t dim = 0; dim < model.dimCount; ++dim)
    error += std::string(dim ? ", " : " ") + model.dims[dim].name + " " + std::to_string(dims[dim]);
  return nullptr;
}

} // namespace mdc::exec
