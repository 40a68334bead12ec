// What mdc writes about the spec: the template of `mdc init` and the JSON Schema of `mdc schema`.
#pragma once

#include "compiler/spec/Signature.h"

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace mdc::spec {

struct TemplateModel {
  std::string name;
  std::string graphFile; ///< relative to the new deploy.toml
  std::vector<SignatureTensor> inputs;
  std::vector<SignatureTensor> outputs;
};

/// A deploy.toml that builds as it stands; every key with a default is there as a comment.
void printTemplate(const TemplateModel &model, llvm::raw_ostream &out);

/// JSON Schema 2020-12 of the keys that this version can build.
void printSchema(llvm::raw_ostream &out);

/// A name that `model.name` allows, made from a file name: "my model (2).onnx" -> "my-model-2".
std::string modelNameFrom(llvm::StringRef fileName);

/// A key as TOML wants it: bare where it may be, else in quotes.
std::string tomlKey(llvm::StringRef key);

/// "FP32 [batch, 3, 224, 224]".
std::string typeText(const SignatureTensor &tensor);

} // namespace mdc::spec
