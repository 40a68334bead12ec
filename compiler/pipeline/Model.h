// What the pipeline asks of a loaded ONNX model besides importing it.
#pragma once

#include "compiler/import/OnnxModel.h"
#include "compiler/spec/Spec.h"

namespace mdc::pipeline {

/// [model.dims] binds the model's open dimensions and nothing else; one error each.
bool checkModelDims(const spec::Spec &spec, const importer::OnnxModel &model,
                    Diagnostics &diagnostics);

} // namespace mdc::pipeline
