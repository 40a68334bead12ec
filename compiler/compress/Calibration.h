// What a run over representative inputs tells of a graph: the statistics of its values, and which
// values are looked at.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mdc::compress {

inline constexpr int64_t kHistogramBins = 2048;

/// Of all elements that a value had, over all samples.
struct TensorStatistics {
  double min = 0, max = 0;
  /// The histogram's bins share [low, high] evenly; it holds every finite element.
  double low = 0, high = 0;
  std::vector<uint64_t> histogram;
  /// By index of the channel axis; maxima are of magnitudes, deviations the mean distances from the
  /// channel's mean. Empty where the axis is open.
  std::vector<float> channelMeans, channelDeviations, channelMaxima;
  uint64_t count = 0;
  uint64_t zeros = 0;  ///< elements that are exactly 0
  bool hasNan = false; ///< a NaN or an infinity was among the elements
};

/// X^T X over all rows that a layer read: for a matmul the rows of its left operand, for a
/// convolution of one group its windows, in the order of a filter's weights [channel, kernel...].
struct Gram {
  int64_t depth = 0;
  std::vector<float> values; ///< depth x depth, row-major
  uint64_t samples = 0;      ///< that were added up
};

struct Calibration {
  llvm::StringMap<TensorStatistics> tensors; ///< by Observation::key
  llvm::StringMap<Gram> grams;               ///< by GramObservation::key
  uint64_t samples = 0;
};

/// Whether an op yields elements of its first operand and nothing else.
bool isMove(mlir::Operation *op);

/// A value whose statistics are taken.
struct Observation {
  mlir::Value value;
  std::string key;         ///< the node's name, made unique
  int64_t channelAxis = 0; ///< 1 where a convolution reads or writes the value, else the last
};

/// The f32 values of `main` that depend on the inputs and that a quantized graph may hold in
/// memory: arguments, inputs of layers, and results of all ops but moves (which have the range of
/// what they move) and values that one elementwise op alone reads. Always the same values and keys
/// for equal functions.
std::vector<Observation> observations(mlir::func::FuncOp main);

/// A layer whose input's Gram matrix is taken.
struct GramObservation {
  mlir::Operation *layer = nullptr; ///< graph.conv or graph.matmul with a constant weight
  std::string key;
  int64_t depth = 0;
};

/// Every layer for which a Gram matrix exists: f32, one group, weight on the right, at most
/// `maxDepth` deep. Always the same for equal functions.
std::vector<GramObservation> gramObservations(mlir::func::FuncOp main, int64_t maxDepth);

} // namespace mdc::compress
