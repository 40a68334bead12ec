#include "runtime/serve/InferResponse.h"

#include "runtime/serve/JsonWriter.h"
#include "runtime/serve/TensorJson.h"

namespace mdc::serve {

namespace {

bool canBeJson(const MdcSignature &output, std::string &error) {
  auto refusal = jsonRefusal(output.type);
  if (refusal.empty())
    return true;
  error =
      std::string("output '") + output.name + "' is asked for as JSON, but " + std::string(refusal);
  return false;
}

void appendOutput(std::string &out, const MdcSignature &signature, bool binary,
                  const exec::Shape &shape, std::span<const std::byte> bytes) {
  out += "{\"name\":";
  appendJsonString(out, signature.name);
  out += ",\"datatype\":\"";
  out += exec::typeName(signature.type);
  out += "\",\"shape\":[";
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis)
      out += ',';
    appendJsonNumber(out, shape[axis]);
  }
  if (binary) {
    out += "],\"parameters\":{\"binary_data_size\":";
    appendJsonNumber(out, bytes.size());
    out += "}}";
  } else {
    out += "],\"data\":[";
    appendElements(out, signature.type, bytes);
    out += "]}";
  }
}

} // namespace

bool writeOipResponse(const MdcModel &model, const ModelName &name, const OipRequest &request,
                      const exec::Context &context, Answer &answer, std::string &error) {
  std::string &out = answer.content();
  out += "{\"model_name\":";
  appendJsonString(out, name.name);
  out += ",\"model_version\":";
  appendJsonString(out, name.version);
  if (request.id()) {
    out += ",\"id\":";
    appendJsonString(out, *request.id());
  }
  out += ",\"outputs\":[";
  bool isFirst = true, anyBinary = false;
  for (const RequestedOutput &output : request.outputs()) {
    const MdcSignature &signature = model.outputs[output.index];
    if (!output.binary && !canBeJson(signature, error))
      return false;
    if (!isFirst)
      out += ',';
    isFirst = false;
    anyBinary |= output.binary;
    appendOutput(out, signature, output.binary, context.outputShape(output.index),
                 context.output(output.index));
  }
  out += "]}";
  if (!anyBinary)
    return true;
  answer.contentType = "application/octet-stream";
  answer.inferenceHeaderBytes = answer.contentBytes();
  for (const RequestedOutput &output : request.outputs())
    if (output.binary) {
      auto bytes = context.output(output.index);
      out.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    }
  return true;
}

namespace {

void appendColumns(std::string &out, const MdcModel &model, const exec::Context &context) {
  out += "{\"outputs\":";
  if (model.outputCount > 1)
    out += '{';
  for (uint32_t index = 0; index < model.outputCount; ++index) {
    if (model.outputCount > 1) {
      out += index ? "," : "";
      appendJsonString(out, model.outputs[index].name);
      out += ':';
    }
    appendNested(out, model.outputs[index].type, context.outputShape(index), context.output(index));
  }
  out += model.outputCount > 1 ? "}}" : "}";
}

void appendRow(std::string &out, const MdcModel &model, int64_t row, int64_t rows,
               const exec::Context &context) {
  if (model.outputCount > 1)
    out += '{';
  for (uint32_t index = 0; index < model.outputCount; ++index) {
    if (model.outputCount > 1) {
      out += index ? "," : "";
      appendJsonString(out, model.outputs[index].name);
      out += ':';
    }
    auto bytes = context.output(index);
    size_t rowBytes = bytes.size() / static_cast<size_t>(rows);
    appendNested(out, model.outputs[index].type,
                 std::span<const int64_t>(context.outputShape(index)).subspan(1),
                 bytes.subspan(static_cast<size_t>(row) * rowBytes, rowBytes));
  }
  if (model.outputCount > 1)
    out += '}';
}

} // namespace

bool writePredictResponse(const MdcModel &model, bool isRowForm, int64_t rows,
                          const exec::Context &context, Answer &answer, std::string &error) {
  for (uint32_t index = 0; index < model.outputCount; ++index) {
    const exec::Shape &shape = context.outputShape(index);
    if (!canBeJson(model.outputs[index], error))
      return false;
    if (isRowForm && (shape.empty() || shape[0] != rows)) {
      error = std::string("output '") + model.outputs[index].name + "' is " +
              describeTensor(model.outputs[index].type, shape) + ", not one row for each of the " +
              std::to_string(rows) + " instances; expected the column form, 'inputs'";
      return false;
    }
  }
  std::string &out = answer.content();
  if (!isRowForm) {
    appendColumns(out, model, context);
    return true;
  }
  out += "{\"predictions\":[";
  for (int64_t row = 0; row < rows; ++row) {
    if (row)
      out += ',';
    appendRow(out, model, row, rows, context);
  }
  out += "]}";
  return true;
}

} // namespace mdc::serve
