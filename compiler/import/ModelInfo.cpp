#include "compiler/import/ModelInfo.h"

#include "compiler/import/ElementTypes.h"

namespace mdc::importer {

static TensorInfo tensorInfo(const ValueInfo &value) {
  TensorInfo info;
  info.name = value.name;
  info.datatype = wireName(value.type).str();
  info.hasShape = value.hasShape;
  for (const DeclaredDim &dim : value.dims) {
    info.extents.push_back(dim.extent.value_or(-1));
    info.dimNames.push_back(dim.name);
  }
  return info;
}

static void count(const Graph &graph, ModelInfo &info) {
  for (const Tensor &initializer : graph.initializers) {
    info.parameterBytes += int64_t(initializer.bytes.size());
    if (unsigned bytes = elementBytes(initializer.type))
      info.parameterCount += int64_t(initializer.bytes.size() / bytes);
  }
  for (const Node &node : graph.nodes) {
    ++info.nodeCount;
    std::string domain = node.domain.empty() ? "" : node.domain.str() + ".";
    ++info.nodeCounts[domain + node.opType.str()];
    for (const Attribute &attribute : node.attributes)
      if (attribute.graph)
        count(*attribute.graph, info);
  }
}

ModelInfo describe(const OnnxModel &model) {
  ModelInfo info;
  info.irVersion = model.irVersion();
  info.producer = model.producer();
  info.opsets = model.opsets();
  for (const ValueInfo *input : model.trueInputs())
    info.inputs.push_back(tensorInfo(*input));
  for (const ValueInfo &output : model.graph().outputs)
    info.outputs.push_back(tensorInfo(output));
  count(model.graph(), info);
  return info;
}

} // namespace mdc::importer
