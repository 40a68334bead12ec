#include "runtime/serve/OipRequest.h"

#include "runtime/serve/JsonWriter.h"
#include "runtime/serve/TensorJson.h"

#include <algorithm>
#include <cstring>

namespace mdc::serve {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t rankMax = 32;

bool fail(std::string &error, std::string sentence) {
  error = std::move(sentence);
  return false;
}

bool isTrue(element value) {
  bool truth = false;
  return !value.get_bool().get(truth) && truth;
}

// "'x' and 'mask'" of a model's tensors, at most eight.
std::string namesOf(const MdcSignature *tensors, uint32_t count) {
  constexpr uint32_t shown = 8;
  std::string names;
  for (uint32_t i = 0; i < std::min(count, shown); ++i)
    names += std::string(i ? ", " : "") + "'" + tensors[i].name + "'";
  return count > shown ? names + ", ..." : names;
}

std::optional<uint32_t> findTensor(const MdcSignature *tensors, uint32_t count,
                                   std::string_view name) {
  for (uint32_t i = 0; i < count; ++i)
    if (name == tensors[i].name)
      return i;
  return std::nullopt;
}

bool parseShape(element value, exec::Shape &shape) {
  shape.clear();
  array extents;
  if (value.get_array().get(extents))
    return false;
  for (element entry : extents) {
    int64_t extent;
    if (entry.get_int64().get(extent) || extent < 0 || shape.size() == rankMax)
      return false;
    shape.push_back(extent);
  }
  return true;
}

} // namespace

bool parseJson(simdjson::dom::parser &parser, std::string_view text, element &document,
               std::string &error) {
  if (parser.capacity() < text.size() || parser.max_depth() != jsonDepthMax)
    if (parser.allocate(std::max<size_t>(text.size(), 4096), jsonDepthMax))
      return fail(error, "no memory for a JSON body of " + std::to_string(text.size()) + " bytes");
  auto code = parser.parse(text.data(), text.size(), false).get(document);
  if (!code)
    return true;
  if (code == simdjson::DEPTH_ERROR)
    return fail(error, "the JSON nests deeper than " + std::to_string(jsonDepthMax) +
                           " levels; expected an inference request");
  if (code == simdjson::EMPTY)
    return fail(error, "the body is empty; expected a JSON object with 'inputs'");
  // "TAPE_ERROR: The JSON document has ... etc.  This is a fatal ...": the sentence in the middle.
  std::string_view reason = simdjson::error_message(code);
  reason.remove_prefix(std::min(reason.size(), reason.find(": ") + 2));
  reason = reason.substr(0, reason.find(". "));
  if (reason.ends_with('.'))
    reason.remove_suffix(1);
  return fail(error,
              "the body is not valid JSON (" + std::string(reason) + "); expected one JSON object");
}

void shrink(simdjson::dom::parser &parser, size_t textBytes) {
  constexpr size_t alwaysKeptBytes = 64 << 10;
  size_t capacity = parser.capacity();
  if (capacity > keptTextBytes || (capacity > alwaysKeptBytes && textBytes < capacity / 4))
    parser = simdjson::dom::parser();
}

void OipRequest::clear() {
  shrink(parser_, textBytes_);
  id_.reset();
}

bool OipRequest::parse(std::span<const std::byte> body, std::optional<uint64_t> headerBytes,
                       std::string &error) {
  shapes_.resize(model_.inputCount);
  sources_.assign(model_.inputCount, Source());
  binaryOrder_.clear();
  outputs_.clear();
  id_.reset();
  binaryByDefault_ = false;
  textBytes_ = 0;
  if (headerBytes && *headerBytes == 0)
    return parseRaw(body, error);
  if (headerBytes && *headerBytes > body.size())
    return fail(error, "Inference-Header-Content-Length is " + std::to_string(*headerBytes) +
                           "; expected at most the body's " + std::to_string(body.size()) +
                           " bytes");
  size_t jsonBytes = headerBytes.value_or(body.size());
  textBytes_ = jsonBytes;
  element document;
  std::string_view text(reinterpret_cast<const char *>(body.data()), jsonBytes);
  return parseJson(parser_, text, document, error) && parseDocument(document, error) &&
         takeBinary(body.subspan(jsonBytes), error);
}

// The whole body is the only input: its shape follows from the byte count if one axis at most is
// open.
bool OipRequest::parseRaw(std::span<const std::byte> body, std::string &error) {
  if (model_.inputCount != 1)
    return fail(error,
                "Inference-Header-Content-Length is 0, which only a model with one input takes; "
                "expected a JSON header that describes " +
                    std::to_string(model_.inputCount) + " inputs");
  const MdcSignature &input = model_.inputs[0];
  uint64_t fixedBytes = exec::typeBytes(input.type);
  exec::Shape &shape = shapes_[0];
  shape.assign(input.extents, input.extents + input.rank);
  int64_t *open = nullptr;
  for (int64_t &extent : shape) {
    if (extent < 0 && open)
      return fail(error,
                  "Inference-Header-Content-Length is 0, but the input has several open axes; "
                  "expected a JSON header with its shape");
    if (extent < 0)
      open = &extent;
    else
      fixedBytes *= static_cast<uint64_t>(extent);
  }
  if (open)
    *open = fixedBytes ? static_cast<int64_t>(body.size() / fixedBytes) : 0;
  sources_[0].present = sources_[0].isBinary = true;
  sources_[0].bytes = body;
  for (uint32_t index = 0; index < model_.outputCount; ++index)
    outputs_.push_back({index, true});
  return true;
}

bool OipRequest::parseDocument(element document, std::string &error) {
  object request;
  if (document.get_object().get(request))
    return fail(error,
                "the body is a JSON value of another kind; expected an object with 'inputs'");
  std::optional<element> inputs, outputs;
  for (auto [key, value] : request) {
    std::string_view id;
    if (key == "inputs") {
      inputs = value;
    } else if (key == "outputs") {
      outputs = value;
    } else if (key == "id") {
      if (value.get_string().get(id))
        return fail(error,
                    "'id' is " + quoteForError(simdjson::to_string(value)) + "; expected a string");
      id_ = id;
    } else if (key == "parameters") {
      element binary;
      if (!value["binary_data_output"].get(binary))
        binaryByDefault_ = isTrue(binary);
    }
  }
  if (!inputs)
    return fail(error, "the request has no 'inputs'; expected an array with " +
                           namesOf(model_.inputs, model_.inputCount));
  if (!parseInputs(*inputs, error) || (outputs && !parseOutputs(*outputs, error)))
    return false;
  if (outputs_.empty())
    for (uint32_t index = 0; index < model_.outputCount; ++index)
      outputs_.push_back({index, binaryByDefault_});
  return true;
}

bool OipRequest::parseInputs(element inputs, std::string &error) {
  array entries;
  if (inputs.get_array().get(entries))
    return fail(error, "'inputs' is no array; expected one object for each of " +
                           namesOf(model_.inputs, model_.inputCount));
  for (element entry : entries) {
    object input;
    if (entry.get_object().get(input))
      return fail(
          error,
          "an entry of 'inputs' is no object; expected 'name', 'shape', 'datatype' and 'data'");
    if (!parseInput(input, error))
      return false;
  }
  for (uint32_t index = 0; index < model_.inputCount; ++index)
    if (!sources_[index].present)
      return fail(error, std::string("input '") + model_.inputs[index].name +
                             "' is missing; expected " + namesOf(model_.inputs, model_.inputCount));
  return true;
}

bool OipRequest::parseInput(object input, std::string &error) {
  std::string_view name, datatype;
  if (input["name"].get_string().get(name))
    return fail(error, "an entry of 'inputs' has no string 'name'; expected " +
                           namesOf(model_.inputs, model_.inputCount));
  auto index = findTensor(model_.inputs, model_.inputCount, name);
  if (!index)
    return fail(error, "input " + quoteForError(name) + " is unknown; expected " +
                           namesOf(model_.inputs, model_.inputCount));
  Source &source = sources_[*index];
  if (source.present)
    return fail(error, "input " + quoteForError(name) + " is given twice; expected it once");
  source.present = true;
  element shape, parameters;
  if (input["shape"].get(shape) || !parseShape(shape, shapes_[*index]))
    return fail(error, "input " + quoteForError(name) +
                           " has no usable 'shape'; expected an array of up to " +
                           std::to_string(rankMax) + " integers, 0 or larger");
  if (input["datatype"].get_string().get(datatype))
    return fail(error, "input " + quoteForError(name) + " has no string 'datatype'; expected '" +
                           std::string(exec::typeName(model_.inputs[*index].type)) + "'");
  source.hasData = !input["data"].get(source.data);
  element size;
  if (!input["parameters"].get(parameters) && !parameters["binary_data_size"].get(size)) {
    if (size.get_uint64().get(source.binaryBytes))
      return fail(error, "input " + quoteForError(name) + " has binary_data_size " +
                             quoteForError(simdjson::to_string(size)) +
                             "; expected a number of bytes");
    source.isBinary = true;
    binaryOrder_.push_back(*index);
  }
  return checkInput(*index, datatype, error);
}

bool OipRequest::checkInput(size_t index, std::string_view datatype, std::string &error) {
  const MdcSignature &signature = model_.inputs[index];
  const Source &source = sources_[index];
  std::string subject = std::string("input '") + signature.name + "' ";
  if (datatype != exec::typeName(signature.type))
    return fail(error, subject + "has datatype " + quoteForError(datatype) + "; expected '" +
                           std::string(exec::typeName(signature.type)) + "'");
  if (source.hasData && source.isBinary)
    return fail(error, subject + "has both 'data' and binary_data_size; expected one of them");
  if (!source.hasData && !source.isBinary)
    return fail(error, subject + "has no data; expected 'data' or the parameter binary_data_size");
  return true;
}

bool OipRequest::parseOutputs(element outputs, std::string &error) {
  array entries;
  if (outputs.get_array().get(entries))
    return fail(error,
                "'outputs' is no array; expected objects with 'name', or no 'outputs' for all");
  for (element entry : entries) {
    object output;
    if (entry.get_object().get(output))
      return fail(error, "an entry of 'outputs' is no object; expected one with 'name'");
    if (!parseOutput(output, error))
      return false;
  }
  return true;
}

bool OipRequest::parseOutput(object output, std::string &error) {
  std::string_view name;
  if (output["name"].get_string().get(name))
    return fail(error, "an entry of 'outputs' has no string 'name'; expected " +
                           namesOf(model_.outputs, model_.outputCount));
  auto index = findTensor(model_.outputs, model_.outputCount, name);
  if (!index)
    return fail(error, "output " + quoteForError(name) + " is unknown; expected " +
                           namesOf(model_.outputs, model_.outputCount));
  for (const RequestedOutput &other : outputs_)
    if (other.index == *index)
      return fail(error, "output " + quoteForError(name) + " is requested twice; expected it once");
  RequestedOutput requested{*index, binaryByDefault_};
  element parameters, binary;
  if (!output["parameters"].get(parameters) && !parameters["binary_data"].get(binary))
    requested.binary = isTrue(binary);
  outputs_.push_back(requested);
  return true;
}

// Deals out the bytes behind the JSON; they lie in the order in which the inputs were listed.
bool OipRequest::takeBinary(std::span<const std::byte> tail, std::string &error) {
  size_t bytes = tail.size();
  for (uint32_t index : binaryOrder_) {
    Source &source = sources_[index];
    if (source.binaryBytes > tail.size())
      return fail(error, std::string("input '") + model_.inputs[index].name +
                             "' has binary_data_size " + std::to_string(source.binaryBytes) +
                             ", but only " + std::to_string(tail.size()) +
                             " bytes are left behind the JSON; expected the header "
                             "Inference-Header-Content-Length and the tensor's bytes");
    source.bytes = tail.first(source.binaryBytes);
    tail = tail.subspan(source.binaryBytes);
  }
  if (!tail.empty())
    return fail(error, std::to_string(bytes) + " bytes follow the JSON; expected " +
                           std::to_string(bytes - tail.size()) +
                           ", the sum of the inputs' binary_data_size");
  return true;
}

bool OipRequest::decode(size_t index, std::span<std::byte> bytes, std::string &error) const {
  const MdcSignature &signature = model_.inputs[index];
  const Source &source = sources_[index];
  const exec::Shape &shape = shapes_[index];
  auto subject = [&] { return std::string("input '") + signature.name + "' "; };
  if (!source.isBinary) {
    if (readTensor(source.data, signature.type, shape, bytes, error))
      return true;
    return fail(error, subject() + error);
  }
  if (source.bytes.size() != bytes.size())
    return fail(error, subject() + "has " + std::to_string(source.bytes.size()) +
                           " bytes of binary data; expected " + std::to_string(bytes.size()) +
                           " for " + describeTensor(signature.type, shape));
  if (signature.type == MDC_BOOL)
    for (size_t i = 0; i < source.bytes.size(); ++i)
      if (source.bytes[i] > std::byte{1})
        return fail(error, subject() + "has " +
                               std::to_string(std::to_integer<int>(source.bytes[i])) + " as byte " +
                               std::to_string(i) + " of its binary data; expected 0 or 1");
  if (!bytes.empty())
    std::memcpy(bytes.data(), source.bytes.data(), bytes.size());
  return true;
}

} // namespace mdc::serve
