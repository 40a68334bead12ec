// What can be known of a model without building it.
#include "compiler/import/Import.h"
#include "compiler/import/ModelInfo.h"
#include "compiler/import/OpTable.h"
#include "compiler/pipeline/Accuracy.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/spec/Signature.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"

namespace mdc::pipeline {

static std::vector<InputInfo> infosOf(const std::vector<importer::TensorInfo> &tensors) {
  std::vector<InputInfo> infos;
  for (const importer::TensorInfo &tensor : tensors)
    infos.push_back({tensor.name, tensor.datatype, tensor.extents, tensor.dimNames});
  return infos;
}

bool checkModelDims(const spec::Spec &spec, const importer::OnnxModel &model,
                    Diagnostics &diagnostics) {
  std::vector<spec::SignatureTensor> inputs;
  for (importer::TensorInfo &input : importer::describe(model).inputs)
    inputs.push_back({input.name, input.datatype, input.extents, input.dimNames});
  return spec::checkDims(spec, inputs, diagnostics);
}

std::optional<ModelInfo> describe(const std::string &onnxPath, Diagnostics &diagnostics) {
  std::unique_ptr<importer::OnnxModel> model = importer::OnnxModel::load(onnxPath, diagnostics);
  if (!model)
    return std::nullopt;
  importer::ModelInfo said = importer::describe(*model);
  ModelInfo info;
  info.inputs = infosOf(said.inputs);
  info.outputs = infosOf(said.outputs);
  info.producer = said.producer;
  info.opset = said.opsets.count("") ? said.opsets.at("") : 0;
  info.irVersion = said.irVersion;
  info.nodes = size_t(said.nodeCount);
  info.weightBytes = uint64_t(said.parameterBytes);
  return info;
}

/// The extents of an input with those dimensions filled in that the spec fixes.
static std::vector<int64_t> boundShape(const spec::Spec &spec, const importer::TensorInfo &tensor) {
  std::vector<int64_t> shape = tensor.extents;
  for (auto [axis, extent] : llvm::enumerate(shape)) {
    if (extent >= 0)
      continue;
    std::string name = tensor.dimNames[axis];
    if (name.empty())
      name = tensor.name + "." + std::to_string(axis);
    auto dim = llvm::find_if(spec.model.dims, [&](const spec::Dim &of) { return of.name == name; });
    if (dim != spec.model.dims.end() && dim->kind == spec::Dim::Kind::Fixed)
      extent = dim->maxExtent;
  }
  return shape;
}

static BoundSignature signatureOf(const spec::Spec &spec, const importer::OnnxModel &model) {
  BoundSignature signature;
  importer::ModelInfo said = importer::describe(model);
  for (const importer::TensorInfo &input : said.inputs)
    signature.inputs.push_back({input.name, input.datatype, boundShape(spec, input)});
  if (!said.outputs.empty())
    signature.firstOutput = said.outputs.front().name;
  return signature;
}

std::optional<BoundSignature> boundSignatureOf(const spec::Spec &spec, Diagnostics &diagnostics) {
  auto model = importer::OnnxModel::load(spec.model.graphPath.value, diagnostics);
  if (!model || !checkModelDims(spec, *model, diagnostics))
    return std::nullopt;
  return signatureOf(spec, *model);
}

/// Sets that cannot be used are known without building.
static bool checkSets(const spec::Spec &spec, const BoundSignature &signature,
                      Diagnostics &diagnostics) {
  bool usable = true;
  if (!spec.compress.calibrationPath.value.empty())
    usable = bool(readSampleSet({spec.compress.calibrationPath.value, "", ""}, signature.inputs,
                                "calibration set", diagnostics));
  return (!spec.accuracy || Accuracy(*spec.accuracy, "", diagnostics).readSet(signature)) && usable;
}

bool check(const spec::Spec &spec, Diagnostics &diagnostics) {
  auto model = importer::OnnxModel::load(spec.model.graphPath.value, diagnostics);
  if (!model || !checkModelDims(spec, *model, diagnostics))
    return false;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  const bool imports =
      bool(importer::importModel(*model, importOptionsOf(spec), &context, diagnostics));
  return checkSets(spec, signatureOf(spec, *model), diagnostics) && imports;
}

std::vector<std::string> supportedOps() { return importer::supportedOps(); }

} // namespace mdc::pipeline
