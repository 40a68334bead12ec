// The command line of a serving binary.
#pragma once

#include "mdc/abi.h"

namespace mdc::tool {

// Runs the command that `argv` names on the model linked into this executable; returns the exit
// code.
int main(const MdcModel &table, int argc, char **argv);

} // namespace mdc::tool
