// What a spec asks of the stage, in plain structs.
#pragma once

#include "compiler/compress/Choices.h"
#include "mlir/Pass/PassManager.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::compress {

/// Magnitude pruning, [compress.prune] of the spec.
struct Pruning {
  double sparsity = 0.5; ///< part of the chosen layers' weights that becomes zero, in [0, 1)
  std::string pattern = "unstructured";     ///< or "block-1xN" (N is 4, 8, 16 or 32), or "channel"
  std::string scope = "global";             ///< or "layer": every layer by itself
  std::vector<std::string> include = {"*"}; ///< no pattern chooses no layer
  std::vector<std::string> exclude;
  std::vector<std::string> restored; ///< stay dense, but count: the others lose no more for it
  bool reconstruct = false;          ///< least-squares weights on the calibration set
};

/// Quantization, [compress.quantize] of the spec.
struct Quantization {
  Activations activations = Activations::Int8;
  Granularity granularity = Granularity::Channel;
  RangeMethod range = RangeMethod::Percentile;
  double percentile = 99.99; ///< of the values inside a range, in (50, 100]
  bool biasCorrection = true;
  bool reconstruct = false; ///< rounds weights one after the other, each pays for those before
  int bits = kWholeRange;   ///< of values and weights that are multiplied
  std::vector<std::string> exclude; ///< patterns of node names that stay float
  /// Levels on which a layer of bytes has to be faster: "v3", "v4", "vnni". None: it need not be.
  std::vector<std::string> fasterOn;

  /// Whether the pass reads what values were in a run over calibration inputs.
  bool readsValues() const;
};

struct Options {
  std::optional<Pruning> prune;
  std::optional<Quantization> quantize;
};

/// Whether the passes of `options` read anything from calibration inputs.
bool needsCalibration(const Options &options);

/// Passes that prune a simplified graph. `keepGram` leaves `graph.gram` for a later pass; else none
/// is left.
void addPrunePasses(mlir::OpPassManager &passes, const Pruning &pruning, bool keepGram);

/// From simplified, perhaps pruned graph to a quantized one. What calibration noted on the graph is
/// gone afterwards.
void addQuantizePasses(mlir::OpPassManager &passes, const Quantization &quantization);

} // namespace mdc::compress
