// Takes a fused region out of the graph: as text that depends on nothing but what the kernel
// computes.
#pragma once

#include "compiler/program/Program.h"
#include "dialects/graph/Graph.h"

#include "llvm/ADT/SmallVector.h"

namespace mdc::program {

struct OutlinedRegion {
  Region region;
  llvm::SmallVector<unsigned>
      symbols;         ///< of the model, that the kernel's extents stand for, in order
  bool failed = false; ///< MLIR has reported why no GPU kernel comes of it
};

/// `maxExtents`: the largest values of the model's symbols. The module holds one function, kernel,
/// from the region's operands to its results, with the attributes graph.root, graph.max and
/// graph.layout; its symbols are numbered from 0 in the order of the model's, so that regions that
/// differ in names alone have one text. What compression noted (graph.compression) goes from the
/// text to the layers. Of a region whose name `isKnown` only text, name, nodes and layers are
/// filled in.
/// `gpu`: the kernels are launched on one, and a CPU's tiles are of no interest.
OutlinedRegion outlineRegion(graph::FusedOp fused, llvm::ArrayRef<int64_t> maxExtents, bool gpu,
                             llvm::function_ref<bool(llvm::StringRef)> isKnown);

/// "" (row-major) where the op says nothing. `index` counts operands, then results.
llvm::StringRef layoutOf(graph::FusedOp fused, unsigned index);

/// The names of the source graph's nodes in a location, each once.
void collectNodes(mlir::Location location, std::vector<std::string> &nodes);

} // namespace mdc::program
