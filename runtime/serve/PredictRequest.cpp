#include "runtime/serve/PredictRequest.h"

#include "runtime/serve/JsonWriter.h"
#include "runtime/serve/OipRequest.h"
#include "runtime/serve/TensorJson.h"

namespace mdc::serve {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

void PredictRequest::clear() {
  shrink(parser_, textBytes_);
  textBytes_ = 0;
}

bool PredictRequest::parse(std::span<const std::byte> body, std::string &error) {
  shapes_.assign(model_.inputCount, {});
  std::string_view text(reinterpret_cast<const char *>(body.data()), body.size());
  textBytes_ = body.size();
  element document;
  if (!parseJson(parser_, text, document, error))
    return false;
  element rows, columns;
  bool hasRows = !document["instances"].get(rows);
  bool hasColumns = !document["inputs"].get(columns);
  if (hasRows == hasColumns) {
    error =
        hasRows
            ? "the request has both 'instances' and 'inputs'; expected one of them"
            : "the request has no 'instances' and no 'inputs'; expected an object with one of them";
    return false;
  }
  isRowForm_ = hasRows;
  data_ = hasRows ? rows : columns;
  return hasRows ? parseRows(rows, error) : parseColumns(columns, error);
}

bool PredictRequest::select(element value, size_t index, element &result,
                            std::string &error) const {
  object named;
  if (value.get_object().get(named)) {
    result = value;
    if (model_.inputCount == 1)
      return true;
    error = "the model has " + std::to_string(model_.inputCount) +
            " inputs; expected an object with a value for each by name";
    return false;
  }
  if (named.size() == model_.inputCount && !named[model_.inputs[index].name].get(result))
    return true;
  error =
      std::string("input '") + model_.inputs[index].name +
      "' is missing or another name is given; expected an object with exactly the model's inputs";
  return false;
}

bool PredictRequest::parseRows(element instances, std::string &error) {
  array rows;
  element first;
  if (instances.get_array().get(rows) || rows.at(0).get(first)) {
    error = "'instances' is no array with entries; expected one entry for each instance";
    return false;
  }
  int64_t count = 0;
  for ([[maybe_unused]] element row : rows)
    ++count;
  for (size_t index = 0; index < shapes_.size(); ++index) {
    element value;
    if (!select(first, index, value, error))
      return false;
    shapes_[index] = measureShape(value);
    shapes_[index].insert(shapes_[index].begin(), count);
  }
  return true;
}

bool PredictRequest::parseColumns(element inputs, std::string &error) {
  for (size_t index = 0; index < shapes_.size(); ++index) {
    element value;
    if (!select(inputs, index, value, error))
      return false;
    shapes_[index] = measureShape(value);
  }
  return true;
}

bool PredictRequest::decode(size_t index, std::span<std::byte> bytes, std::string &error) const {
  const MdcSignature &signature = model_.inputs[index];
  auto read = [&](element from, const exec::Shape &shape, std::span<std::byte> target) {
    element value;
    if (!select(from, index, value, error))
      return false;
    if (readTensor(value, signature.type, shape, target, error))
      return true;
    error = std::string("input '") + signature.name + "' " + error;
    return false;
  };
  if (!isRowForm_)
    return read(data_, shapes_[index], bytes);
  exec::Shape rowShape(shapes_[index].begin() + 1, shapes_[index].end());
  size_t rowBytes = bytes.size() / static_cast<size_t>(shapes_[index][0]);
  for (element row : array(data_.get_array().value_unsafe())) {
    if (!read(row, rowShape, bytes.first(rowBytes)))
      return false;
    bytes = bytes.subspan(rowBytes);
  }
  return true;
}

} // namespace mdc::serve
