#include "compiler/pipeline/Stage.h"

namespace mdc::pipeline {

static constexpr StageRow stages[] = {
    {Stage::Import, "import", "reads the ONNX file as graph ops"},
    {Stage::Compress, "compress", "simplifies the graph to the form that compression works on"},
    {Stage::Lower, "lower", "fuses and lays out the graph"},
    {Stage::Program, "program", "places regions, buffers and weights"},
    {Stage::Compile, "compile", "makes an object of each region and level"},
    {Stage::Link, "link", "links the objects with the runtime"},
    {Stage::Finish, "finish", "appends weights and manifest"},
};

llvm::ArrayRef<StageRow> allStages() { return stages; }

std::optional<Stage> stageOf(llvm::StringRef name) {
  for (const StageRow &row : stages)
    if (row.name == name)
      return row.stage;
  return std::nullopt;
}

} // namespace mdc::pipeline
