// What a model's file says about itself: for mdc init, check and inspect.
#pragma once

#include "compiler/import/OnnxModel.h"

#include <map>

namespace mdc::importer {

struct TensorInfo {
  std::string name;
  std::string datatype;         ///< of the Open Inference Protocol ("FP32"); empty: it has none
  std::vector<int64_t> extents; ///< -1: open
  std::vector<std::string> dimNames; ///< per axis, of open ones; empty: the file gives no name
  bool hasShape = false;
};

struct ModelInfo {
  int64_t irVersion = 0;
  std::string producer;
  std::map<std::string, int64_t> opsets; ///< by domain, "" for ai.onnx
  std::vector<TensorInfo> inputs;        ///< without those that initializers fill
  std::vector<TensorInfo> outputs;
  std::map<std::string, int64_t> nodeCounts; ///< by operator, with graphs inside graphs
  int64_t nodeCount = 0;
  int64_t parameterCount = 0; ///< elements of all initializers
  int64_t parameterBytes = 0;
};

ModelInfo describe(const OnnxModel &model);

} // namespace mdc::importer
