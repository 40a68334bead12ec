// What calibration saw, as the attributes that the passes read.
#pragma once

#include "compiler/compress/Calibration.h"
#include "compiler/compress/Choices.h"

namespace mdc::compress {

/// Writes what `calibration` knows of `main`, which must be the function that it was taken of, as
/// the attributes of CalibrationFacts.h. A move has the range of what it moves. Values that were
/// not finite on some sample get no range. `bits`: of the integers that layers will read.
void annotate(mlir::func::FuncOp main, const Calibration &calibration, RangeMethod method,
              double percentile, int bits);

} // namespace mdc::compress
