// The names and sizes of ONNX's element types, in the file's words and in those of the wire.
#pragma once

#include "compiler/import/OnnxModel.h"

namespace mdc::importer {

/// Bytes of one element in raw data; 0 for types that are not supported.
unsigned elementBytes(ElementType type);

/// "float", "int64", ... as ONNX writes them; "type 17" for numbers it does not have here.
std::string elementName(ElementType type);

/// The Open Inference Protocol's name ("FP32", "INT64", ...); empty for types that it lacks.
llvm::StringRef wireName(ElementType type);

} // namespace mdc::importer
