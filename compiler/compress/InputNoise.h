// What the rounding of a layer's input to bytes does to its results, and which layers stay float
// for that.
#pragma once

#include "compiler/compress/Calibration.h"
#include "compiler/compress/Layers.h"
#include "compiler/compress/Ranges.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace mdc::compress {

/// Signal to noise, in dB, of a layer's results when its input of `seen` becomes `bytes`: of each
/// output channel, how much the input's channels vary against the variance of rounding, both
/// through the squares of the weights as if channels were independent; the median over the output
/// channels. A channel varies by its mean deviation, not its variance: the few far values that
/// stretch a range would count as signal. Zeros are exact and make no noise. Nothing where a
/// deviation or a weight is unknown.
std::optional<double> inputSqnrDb(const Layer &layer, const TensorStatistics &seen,
                                  const ByteParameters &bytes);

/// Fails with an error where a `graph.input_sqnr_db` is no finite number.
mlir::LogicalResult verifyInputSqnr(mlir::func::FuncOp function);

/// The layers that stay float for the sake of accuracy, by `graph.input_sqnr_db`, each with the
/// sentence that says why. Float costs time and bytes, so they are those of the most noise that
/// together have a small part of all multiply-adds and of all weights.
llvm::DenseMap<mlir::Operation *, std::string> noisyLayers(llvm::ArrayRef<Layer> layers);

} // namespace mdc::compress
