// `infer --each`.
#pragma once

#include "runtime/exec/Context.h"
#include "runtime/tool/Commands.h"

namespace mdc::tool {

// Each input's array has one axis more than the input, in front: entry i is request i. The outputs
// that are written are stacked alike. False and one sentence if the arrays disagree on the number
// of requests or a request fails.
bool inferEach(const MdcModel &table, exec::Context &context, const InferOptions &options,
               std::string &error);

} // namespace mdc::tool
