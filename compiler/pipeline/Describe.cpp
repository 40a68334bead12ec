// What can be known of a model without building it.
#include "compiler/import/Import.h"
#include "compiler/import/ModelInfo.h"
#include "compiler/import/OpTable.h"
#include "compiler/pipeline/Accuracy.h"
#include "compiler/pipeline/GraphProgram.h"
#include "compiler/pipeline/Model.h"
#include "compiler/pipeline/Options.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/spec/Signature.h"
#include "dialects/graph/Shape.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

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

/// What an answer to one sample will look like: its leading open extents count samples.
static void addAnswer(func::FuncOp main, BoundSignature &signature) {
  MLIRContext *context = main.getContext();
  llvm::DenseMap<AffineExpr, AffineExpr> ones;
  for (Type type : main.getArgumentTypes())
    if (graph::Extents extents = graph::extentsOf(cast<RankedTensorType>(type)); !extents.empty())
      if (isa<AffineSymbolExpr>(extents.front()))
        ones[extents.front()] = getAffineConstantExpr(1, context);
  auto output = cast<RankedTensorType>(main.getResultTypes().front());
  signature.answersAreFloats = isa<FloatType>(output.getElementType());
  signature.answerShape.emplace();
  for (AffineExpr extent : graph::extentsOf(output))
    signature.answerShape->push_back(extent ? graph::constantOf(extent.replace(ones)).value_or(-1)
                                            : -1);
}

static BoundSignature signatureOf(const spec::Spec &spec, const importer::OnnxModel &model,
                                  ModuleOp module) {
  BoundSignature signature;
  importer::ModelInfo said = importer::describe(model);
  for (const importer::TensorInfo &input : said.inputs)
    signature.inputs.push_back({input.name, input.datatype, boundShape(spec, input)});
  if (!said.outputs.empty())
    signature.firstOutput = said.outputs.front().name;
  if (func::FuncOp main = module ? mainOf(module) : func::FuncOp(); main && main.getNumResults())
    addAnswer(main, signature);
  return signature;
}

std::optional<BoundSignature> boundSignatureOf(const spec::Spec &spec, Diagnostics &diagnostics) {
  auto model = importer::OnnxModel::load(spec.model.graphPath.value, diagnostics);
  if (!model || !checkModelDims(spec, *model, diagnostics))
    return std::nullopt;
  MLIRContext context(MLIRContext::Threading::DISABLED);
  auto module = importer::importModel(*model, importOptionsOf(spec), &context, diagnostics);
  if (!module)
    return std::nullopt;
  return signatureOf(spec, *model, *module);
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
  MLIRContext context(MLIRContext::Threading::DISABLED);
  auto module = importer::importModel(*model, importOptionsOf(spec), &context, diagnostics);
  const BoundSignature signature = signatureOf(spec, *model, module ? *module : ModuleOp());
  return checkSets(spec, signature, diagnostics) && module;
}

std::vector<std::string> supportedOps() { return importer::supportedOps(); }

} // namespace mdc::pipeline
