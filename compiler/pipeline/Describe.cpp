// What can be known of a model without building it.
#include "compiler/import/Import.h"
#include "compiler/import/ModelInfo.h"
#include "compiler/import/OpTable.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/spec/Signature.h"

#include "mlir/IR/MLIRContext.h"

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

bool check(const spec::Spec &spec, Diagnostics &diagnostics) {
  if (!checkIsBuilt(spec, diagnostics))
    return false;
  auto model = importer::OnnxModel::load(spec.model.graphPath.value, diagnostics);
  if (!model || !checkModelDims(spec, *model, diagnostics))
    return false;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  return bool(importer::importModel(*model, importOptionsOf(spec), &context, diagnostics));
}

std::vector<std::string> supportedOps() { return importer::supportedOps(); }

} // namespace mdc::pipeline
