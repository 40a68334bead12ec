// Programs that a build runs for itself: constants to compute, inputs to calibrate on.
#pragma once

#include "compiler/link/Toolchain.h"
#include "compiler/pipeline/BuildFolder.h"
#include "compiler/program/Program.h"
#include "compiler/spec/Spec.h"
#include "compiler/support/ExitCode.h"
#include "compiler/support/NumpyArchive.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// What every build needs besides its spec.
struct BuildTools {
  link::Toolchain toolchain;
  unsigned jobs = 0; ///< steps that run at once; 0: one per core
};

/// One module, compiled by the same stages as a model and linked with `runtime/observe` instead of
/// the server. Only for level v3: what it computes decides bytes of the binary, which must not
/// depend on the machine that builds.
class AuxiliaryProgram {
public:
  /// `name` is the subfolder of its files.
  AuxiliaryProgram(const spec::Spec &spec, const std::string &name, const BuildTools &tools,
                   Diagnostics &diagnostics);

  /// What the program writes (see runtime/observe/Main.cpp) when it runs over `samples`, one array
  /// for each input with the samples' axis in front. Results of an equal run before are read back.
  /// None after an error; exitCode() says whose fault it is.
  std::optional<std::vector<NumpyArray>> run(mlir::OwningOpRef<mlir::ModuleOp> module,
                                             std::vector<program::Dim> dims,
                                             llvm::ArrayRef<NumpyArray> samples);

  ExitCode exitCode() const { return exitCode_; }

private:
  bool build(program::Program &program);
  std::optional<std::string> keyOfFiles();
  std::nullopt_t fail(ExitCode code) {
    exitCode_ = code;
    return std::nullopt;
  }

  const spec::Spec &spec_;
  const BuildTools &tools_;
  Diagnostics &diagnostics_;
  BuildFolder folder_;
  ExitCode exitCode_ = ExitDone;
};

} // namespace mdc::pipeline
