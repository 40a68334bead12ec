// What the accuracy gate found, as `mdc build` shows it.
#pragma once

#include "compiler/pipeline/Pipeline.h"

#include "llvm/Support/raw_ostream.h"

namespace mdc::tools {

/// The measured value, what it is without compression, and what repair cost.
void printAccuracy(const pipeline::AccuracyReport &accuracy, llvm::raw_ostream &out);

/// The layers of a missed gate by how much each costs; nothing if none is compressed.
void printCulprits(const pipeline::AccuracyReport &accuracy, llvm::raw_ostream &out);

} // namespace mdc::tools
