// Writes the outputs of a finished run as the content of an answer.
#pragma once

#include "runtime/exec/Context.h"
#include "runtime/serve/Answer.h"
#include "runtime/serve/OipRequest.h"

#include <string>
#include <string_view>

namespace mdc::serve {

struct ModelName {
  std::string name;
  std::string version;
};

// Open Inference Protocol: the requested outputs in the requested order, binary ones behind the
// JSON. False and one sentence if a requested form does not exist.
bool writeOipResponse(const MdcModel &model, const ModelName &name, const OipRequest &request,
                      const exec::Context &context, Answer &answer, std::string &error);

// TensorFlow Serving: "predictions" per instance in row form, "outputs" in column form; a single
// output stands without its name. False if row form is asked and an output does not have `rows`
// along axis 0.
bool writePredictResponse(const MdcModel &model, bool isRowForm, int64_t rows,
                          const exec::Context &context, Answer &answer, std::string &error);

} // namespace mdc::serve
