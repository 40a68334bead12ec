// The commands of a serving binary: each takes the opened model and its options, prints its result
// on stdout or one sentence on stderr, and returns the exit code.
#pragma once

#include "runtime/exec/Device.h"
#include "runtime/exec/Manifest.h"
#include "runtime/exec/Model.h"

#include <string>
#include <vector>

namespace mdc::tool {

// The exit codes of mdc and of the binaries that it writes.
enum ExitCode { done = 0, badData = 1, badUsage = 2, verifyFailed = 4, noDevice = 69, ourBug = 70 };

struct Binary {
  exec::Model model;
  exec::Manifest manifest;
};

struct InputOptions {
  std::string archive;            // .npz
  std::vector<std::string> files; // "NAME=FILE.npy"; stronger than the archive
};

struct InferOptions {
  InputOptions inputs;
  std::string outputs; // .npz; empty: JSON on stdout
  bool each = false;   // the arrays' leading axis counts requests
};

struct BenchOptions {
  InputOptions inputs;
  std::vector<std::string> dims; // "NAME=EXTENT"
  double seconds = 3;
  bool jsonOnly = false;
  bool profile = false; // also a table of the time in each region
};

int infer(const Binary &binary, const exec::DeviceOptions &on, const InferOptions &options);
int bench(const Binary &binary, const exec::DeviceOptions &on, const BenchOptions &options);
int info(const Binary &binary, bool json);
int verify(const exec::Model &model);

// Prints "error: ..." and, unless empty, "note: ..." on stderr; returns `code`.
int fail(ExitCode code, const std::string &error, const std::string &note = {});

} // namespace mdc::tool
