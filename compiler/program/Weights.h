// Writes the constants of a program, each in the form that its kernels want.
#pragma once

#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"

#include <string>

namespace mdc::program {

/// Streams all weights of the program into a blob and notes their offsets; at most one packed
/// tensor is in memory. False after one error.
bool writeWeights(Program &program, const std::string &path, Diagnostics &diagnostics);

} // namespace mdc::program
