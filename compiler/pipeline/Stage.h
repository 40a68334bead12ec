// The stages of a build, in order: the one list of their names.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace mdc::pipeline {

enum class Stage {
  Import,   ///< ONNX to graph ops
  Compress, ///< graph ops simplified, constants computed, weights compressed
  Lower,    ///< graph passes: fusion, layout
  Program,  ///< regions, arena, weights, tables
  Compile,  ///< one object for each region and level
  Link,     ///< a static executable without weights
  Finish,   ///< weights, manifest and trailer appended
};

struct StageRow {
  Stage stage;
  llvm::StringLiteral name;
  llvm::StringLiteral sentence;
};

llvm::ArrayRef<StageRow> allStages();

/// Nothing for a name that no stage has.
std::optional<Stage> stageOf(llvm::StringRef name);

} // namespace mdc::pipeline
