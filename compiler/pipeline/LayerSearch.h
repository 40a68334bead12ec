// Which layers of a compressed model cost its metric most: measured, with as few builds as it
// takes.
#pragma once

#include "compiler/pipeline/Pipeline.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// Layers that lie one behind the other in the model and are left as they were together.
struct LayerGroup {
  std::vector<LayerContribution> layers;
  double gain = 0; ///< of the metric, with all of them as in the model

  double multiplyAdds() const;
};

/// The metric's gain with these layers as in the model; none after an error.
using GainOf = llvm::function_ref<std::optional<double>(const std::vector<std::string> &)>;

/// Cuts the layers (in the model's order) into groups and measures each; while trials are left,
/// the group with the largest gain is cut again, down to single layers. What layers gain only
/// together stays together. The largest gain first; a group of one has its layer's `gain`. No
/// cut begins after `trials` calls. None after an error.
std::optional<std::vector<LayerGroup>> searchLayers(std::vector<LayerContribution> layers,
                                                    GainOf gainOf, unsigned trials = 24);

/// The groups that may go back, in their order: those whose multiply-adds fit into
/// `spareMultiplyAdds` together with what stands before them.
std::vector<LayerGroup> repairOrder(std::vector<LayerGroup> groups, double spareMultiplyAdds);

} // namespace mdc::pipeline
