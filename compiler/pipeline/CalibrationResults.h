// What an instrumented program writes, as the statistics that compression reads.
#pragma once

#include "compiler/compress/Calibration.h"
#include "compiler/support/NumpyArchive.h"

#include "llvm/ADT/ArrayRef.h"

namespace mdc::pipeline {

/// `results` as runtime/observe/Main.cpp names them.
compress::Calibration calibrationOf(llvm::ArrayRef<NumpyArray> results, uint64_t samples);

} // namespace mdc::pipeline
