// What the pipeline asks of a loaded ONNX model besides importing it.
#pragma once

#include "compiler/import/OnnxModel.h"
#include "compiler/package/Manifest.h"
#include "compiler/spec/Spec.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// [model.dims] binds the model's open dimensions and nothing else; one error each.
bool checkModelDims(const spec::Spec &spec, const importer::OnnxModel &model,
                    Diagnostics &diagnostics);

/// What a set of samples must fit.
struct BoundSignature {
  std::vector<package::ManifestTensor> inputs; ///< -1: an extent that stays open
  std::string firstOutput;
  /// Of the first output's answer to one sample whose leading open extents are 1; -1: it depends on
  /// more. None: nothing is known of it.
  std::optional<std::vector<int64_t>> answerShape;
  bool answersAreFloats = true;
};

/// As the imported model and [model.dims] say. None after at least one error.
std::optional<BoundSignature> boundSignatureOf(const spec::Spec &spec, Diagnostics &diagnostics);

} // namespace mdc::pipeline
