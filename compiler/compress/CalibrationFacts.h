// What calibration tells the passes, as attributes of the graph.
#pragma once

#include "compiler/compress/Layers.h"

#include "llvm/ADT/StringRef.h"

namespace mdc::compress {

/// On an op: [[low, high], ...] in f64, the range of each result.
inline constexpr llvm::StringLiteral kRangesAttr = "graph.ranges";
/// On a function argument: [low, high].
inline constexpr llvm::StringLiteral kRangeAttr = "graph.range";
/// On a layer: the mean of each channel of its input, f32.
inline constexpr llvm::StringLiteral kChannelMeanAttr = "graph.channel_mean";
/// On a depthwise convolution: the largest magnitude in each channel of its input, f32.
inline constexpr llvm::StringLiteral kChannelMaxAttr = "graph.channel_max";
/// On a layer: the signal to noise in dB of its results if its input becomes bytes, f64
/// (InputNoise.h).
inline constexpr llvm::StringLiteral kInputSqnrAttr = "graph.input_sqnr_db";
/// On a layer: X^T X of its input rows, [depth][depth] of f32.
inline constexpr llvm::StringLiteral kGramAttr = "graph.gram";

/// Fails with an error where a layer's Gram matrix does not fit it.
mlir::LogicalResult verifyGram(const Layer &layer);

/// The same of any layer's Gram matrix and channel means.
mlir::LogicalResult verifyLayerFacts(mlir::func::FuncOp function);

} // namespace mdc::compress
