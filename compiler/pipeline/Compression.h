// [compress] of a spec: calibration and the passes that need it, in their order.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/compress/Compress.h"
#include "compiler/pipeline/AuxiliaryProgram.h"
#include "compiler/pipeline/SampleSet.h"

namespace mdc::pipeline {

class Compression {
public:
  Compression(const spec::Spec &spec, const codegen::Target &target, const BuildTools &tools,
              Diagnostics &diagnostics);

  /// Compresses @main of a simplified module. ExitDone, or a code after an error.
  ExitCode run(mlir::ModuleOp module);

  /// What was seen of the calibration set, one object for each run over it, for reports.
  llvm::json::Array takeCalibrations() { return std::move(calibrations_); }

private:
  /// What a run over the calibration set needs to see.
  struct Wanted {
    bool ranges = false;
    bool grams = false;
  };

  ExitCode calibrate(mlir::ModuleOp module, const std::string &name, Wanted wanted);
  bool readSamples(mlir::func::FuncOp main);
  void warnOfStrayPatterns(mlir::func::FuncOp main);

  const spec::Spec &spec_;
  const BuildTools &tools_;
  Diagnostics &diagnostics_;
  compress::Options options_;
  std::optional<SampleSet> samples_;
  llvm::json::Array calibrations_;
};

} // namespace mdc::pipeline
