// The arrays of one request, in the order of the model's inputs.
#pragma once

#include "runtime/base/Npy.h"
#include "runtime/exec/Context.h"
#include "runtime/tool/Commands.h"

namespace mdc::tool {

// Reads the files that `options` names and checks names and types against the signature; shapes are
// checked by Context::bind. Arrays of an archive that are no inputs are ignored (sets also hold
// labels). False and one sentence otherwise.
bool readInputs(const MdcModel &model, const InputOptions &options,
                std::vector<base::Array> &inputs, std::string &error);

// The same arrays in every run: floats uniform in [-1, 1), integers and booleans 0 or 1. Dimensions
// that `dims` ("NAME=EXTENT") leaves out have their largest extent.
bool seedInputs(const MdcModel &model, const std::vector<std::string> &dims,
                std::vector<base::Array> &inputs, std::string &error);

// Binds `context` to the shapes of `inputs`.
bool bindInputs(exec::Context &context, const std::vector<base::Array> &inputs, std::string &error);
void copyInputs(exec::Context &context, const std::vector<base::Array> &inputs);

} // namespace mdc::tool
