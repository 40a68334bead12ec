// TensorFlow Serving's REST predict request, row form ("instances") and column form ("inputs").
// https://www.tensorflow.org/tfx/serving/api_rest#predict_api
#pragma once

#include "runtime/exec/Context.h"

#include <simdjson.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mdc::serve {

class PredictRequest {
public:
  explicit PredictRequest(const MdcModel &model) : model_(model) {}

  // `body` is followed by bodyPaddingBytes readable bytes and outlives the request.
  bool parse(std::span<const std::byte> body, std::string &error);

  // One shape per model input, measured on the nested data. In row form axis 0 counts the
  // instances.
  std::span<const exec::Shape> shapes() const { return shapes_; }
  bool decode(size_t index, std::span<std::byte> bytes, std::string &error) const;

  // Row form: the answer lists predictions per instance.
  bool isRowForm() const { return isRowForm_; }

  void clear();

private:
  bool parseRows(simdjson::dom::element instances, std::string &error);
  bool parseColumns(simdjson::dom::element inputs, std::string &error);
  // The value of input `index` in an object of named inputs, or `value` itself for the only input.
  bool select(simdjson::dom::element value, size_t index, simdjson::dom::element &result,
              std::string &error) const;

  const MdcModel &model_;
  simdjson::dom::parser parser_;
  size_t textBytes_ = 0;
  simdjson::dom::element data_; // the value of "instances" or "inputs"
  std::vector<exec::Shape> shapes_;
  bool isRowForm_ = false;
};

} // namespace mdc::serve
