// A model's signature as commands show it.
#pragma once

#include "compiler/pipeline/Pipeline.h"
#include "compiler/spec/Signature.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace mdc::tools {

std::vector<spec::SignatureTensor> signatureOf(const std::vector<pipeline::InputInfo> &tensors);

void printModel(const std::string &path, const pipeline::ModelInfo &model, llvm::raw_ostream &out);

llvm::json::Object modelJson(const pipeline::ModelInfo &model);

} // namespace mdc::tools
