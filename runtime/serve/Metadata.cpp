#include "runtime/serve/Metadata.h"

#include "runtime/exec/Model.h"
#include "runtime/serve/JsonWriter.h"

#include <algorithm>
#include <limits>

namespace mdc::serve {

namespace {

std::string jsonString(std::string_view text) {
  std::string out;
  appendJsonString(out, text);
  return out;
}

std::string tensors(const MdcSignature *signatures, uint32_t count) {
  std::string out = "[";
  for (uint32_t index = 0; index < count; ++index) {
    const MdcSignature &tensor = signatures[index];
    out += std::string(index ? "," : "") + "{\"name\":" + jsonString(tensor.name) +
           ",\"datatype\":\"" + std::string(exec::typeName(tensor.type)) + "\",\"shape\":[";
    for (uint32_t axis = 0; axis < tensor.rank; ++axis)
      out += (axis ? "," : "") + std::to_string(std::max<int64_t>(tensor.extents[axis], -1));
    out += "]}";
  }
  return out + "]";
}

std::string dimensions(const MdcModel &model) {
  std::string out = "{";
  for (uint32_t index = 0; index < model.dimCount; ++index) {
    const MdcDim &dim = model.dims[index];
    out += (index ? "," : "") + jsonString(dim.name) + ":{\"min\":" + std::to_string(dim.min) +
           ",\"max\":" + std::to_string(dim.max) + "}";
  }
  return out + "}";
}

std::string escapeLabel(std::string_view text) {
  std::string out;
  for (char character : text) {
    if (character == '\\' || character == '"')
      out += '\\';
    out += character == '\n' ? ' ' : character;
  }
  return out;
}

} // namespace

std::string serverMetadata(const exec::Manifest &manifest) {
  return "{\"name\":\"mdc\",\"version\":" + jsonString(manifest.mdcVersion) +
         ",\"extensions\":[\"binary_tensor_data\"]}";
}

std::string modelMetadata(const MdcModel &model, const exec::Manifest &manifest,
                          std::string_view isaName) {
  return "{\"name\":" + jsonString(manifest.name) + ",\"versions\":[" +
         jsonString(manifest.version) +
         "],\"platform\":\"onnx_onnxv1\",\"inputs\":" + tensors(model.inputs, model.inputCount) +
         ",\"outputs\":" + tensors(model.outputs, model.outputCount) +
         ",\"parameters\":{\"accuracy\":" +
         (manifest.accuracy.empty() ? "null" : manifest.accuracy) +
         ",\"dims\":" + dimensions(model) +
         ",\"source_sha256\":" + jsonString(manifest.sourceSha256) +
         ",\"mdc\":" + jsonString(manifest.mdcVersion) +
         ",\"target\":" + jsonString(manifest.target) + ",\"isa\":" + jsonString(isaName) + "}}";
}

std::string servingStatus(const exec::Manifest &manifest) {
  return "{\"model_version_status\":[{\"version\":" + jsonString(manifest.version) +
         ",\"state\":\"AVAILABLE\",\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}]}";
}

std::string buildLabels(const exec::Manifest &manifest, std::string_view isaName) {
  return "model=\"" + escapeLabel(manifest.name) + "\",version=\"" + escapeLabel(manifest.version) +
         "\",mdc=\"" + escapeLabel(manifest.mdcVersion) + "\",isa=\"" + escapeLabel(isaName) + "\"";
}

namespace {

uint64_t largestBytes(const MdcModel &model, uint32_t input) {
  uint64_t largest = 0;
  for (uint32_t variant = 0; variant < model.variantCount; ++variant)
    largest = std::max(largest, model.variants[variant].inputs[input].maxBytes);
  return largest;
}

} // namespace

uint64_t largestInputBytes(const MdcModel &model) {
  uint64_t total = 0;
  for (uint32_t input = 0; input < model.inputCount; ++input)
    total += largestBytes(model, input);
  return total;
}

uint64_t largestBodyBytes(const MdcModel &model) {
  // A double prints in at most 24 characters; a comma, a space and a share of brackets come on top.
  constexpr uint64_t bytesPerElement = 32, envelopeBytes = 1 << 20;
  uint64_t total = envelopeBytes;
  for (uint32_t input = 0; input < model.inputCount; ++input) {
    uint64_t elementBytes = std::max<size_t>(exec::typeBytes(model.inputs[input].type), 1);
    uint64_t elements = largestBytes(model, input) / elementBytes;
    if (elements > (std::numeric_limits<uint64_t>::max() - total) / bytesPerElement)
      return std::numeric_limits<uint64_t>::max();
    total += elements * bytesPerElement;
  }
  return total;
}

} // namespace mdc::serve
