// The front half of a build, in this process: from the model to region texts, weights and tables.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/import/OnnxModel.h"
#include "compiler/pipeline/AuxiliaryProgram.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/pipeline/ProgramState.h"
#include "compiler/pipeline/Stage.h"
#include "compiler/plan/Fingerprint.h"
#include "compiler/program/Program.h"
#include "compiler/spec/Spec.h"
#include "compiler/support/ExitCode.h"

#include "mlir/IR/BuiltinOps.h"

namespace mdc::pipeline {

class FrontEnd {
public:
  /// `tools` is for the programs that the build itself runs.
  FrontEnd(const spec::Spec &spec, const BuildFolder &folder, const codegen::Target &target,
           const BuildTools &tools, Diagnostics &diagnostics);

  /// The state of the files that the back half reads; they are made anew only if something that
  /// decides them changed. A stop after import, compress or lower prints the graph to
  /// `import.mlir`, `compress.mlir` or `lower.mlir` in the folder and gives no state. None with an
  /// exit code otherwise.
  std::optional<ProgramState> run(Stage last);

  bool reused() const { return reused_; }
  ExitCode exitCode() const { return exitCode_; }

private:
  std::optional<ProgramState> reusable();
  bool readsSamples() const;
  bool names(const std::vector<std::string> &sources) const;
  std::string fingerprintOf(const std::vector<std::string> &sources, Diagnostics &silentOrNot);
  std::optional<ProgramState> make(Stage last);
  /// Writes the program's files and the state that vouches for them.
  std::optional<ProgramState> finish(const importer::OnnxModel &model, program::Program &program);
  /// Simplified, constant parts computed, compressed.
  ExitCode compress(mlir::ModuleOp module);
  std::nullopt_t stopWith(mlir::ModuleOp module, llvm::StringRef name);
  bool print(mlir::ModuleOp module, llvm::StringRef name);
  std::nullopt_t fail(ExitCode code) {
    exitCode_ = code;
    return std::nullopt;
  }

  const spec::Spec &spec_;
  const BuildFolder &folder_;
  const codegen::Target &target_;
  const BuildTools &tools_;
  Diagnostics &diagnostics_;
  plan::FileDigests digests_;
  llvm::json::Array calibrations_;
  bool reused_ = false;
  ExitCode exitCode_ = ExitDone;
};

} // namespace mdc::pipeline
