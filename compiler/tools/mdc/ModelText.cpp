#include "compiler/tools/mdc/ModelText.h"

#include "compiler/spec/SpecPrinter.h"
#include "compiler/tools/mdc/TextTable.h"

namespace mdc::tools {

std::vector<spec::SignatureTensor> signatureOf(const std::vector<pipeline::InputInfo> &tensors) {
  std::vector<spec::SignatureTensor> signature;
  for (const pipeline::InputInfo &tensor : tensors)
    signature.push_back({tensor.name, tensor.datatype, tensor.extents, tensor.dims});
  return signature;
}

void printModel(const std::string &path, const pipeline::ModelInfo &model, llvm::raw_ostream &out) {
  out << path << ": ONNX model, IR " << model.irVersion << ", opset " << model.opset << ", "
      << model.nodes << " nodes, " << bytesText(model.weightBytes) << " of weights";
  if (!model.producer.empty())
    out << ", from " << model.producer;
  out << '\n';
  TextTable table({{""}, {"name"}, {"type"}});
  for (const spec::SignatureTensor &tensor : signatureOf(model.inputs))
    table.add({"input", tensor.name, spec::typeText(tensor)});
  for (const spec::SignatureTensor &tensor : signatureOf(model.outputs))
    table.add({"output", tensor.name, spec::typeText(tensor)});
  table.print(out);
}

static llvm::json::Array tensorsJson(const std::vector<pipeline::InputInfo> &tensors) {
  llvm::json::Array list;
  for (const spec::SignatureTensor &tensor : signatureOf(tensors)) {
    llvm::json::Array dims;
    for (size_t axis = 0; axis < tensor.extents.size(); ++axis)
      dims.push_back(tensor.extents[axis] < 0 ? llvm::json::Value(spec::dimKey(tensor, axis))
                                              : llvm::json::Value(tensor.extents[axis]));
    list.push_back(llvm::json::Object{
        {"name", tensor.name}, {"datatype", tensor.datatype}, {"shape", std::move(dims)}});
  }
  return list;
}

llvm::json::Object modelJson(const pipeline::ModelInfo &model) {
  return llvm::json::Object{{"ir_version", model.irVersion},
                            {"opset", model.opset},
                            {"producer", model.producer},
                            {"nodes", static_cast<int64_t>(model.nodes)},
                            {"weight_bytes", static_cast<int64_t>(model.weightBytes)},
                            {"inputs", tensorsJson(model.inputs)},
                            {"outputs", tensorsJson(model.outputs)}};
}

} // namespace mdc::tools
