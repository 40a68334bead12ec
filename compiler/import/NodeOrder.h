// An order in which every node comes after those whose results it reads.
#pragma once

#include "compiler/import/OnnxModel.h"

#include "llvm/ADT/ArrayRef.h"

namespace mdc::importer {

struct NodeOrder {
  std::vector<unsigned> order; ///< indices; a sorted list keeps its order
  std::vector<unsigned> stuck; ///< those left: in a circle, or behind one
  std::vector<unsigned> cycle; ///< each reads the one before it, the first the last
};

/// ONNX asks for sorted nodes, but converters write others and runtimes accept them. What the
/// graphs inside a node read counts as read by the node.
NodeOrder orderOf(llvm::ArrayRef<Node> nodes);

} // namespace mdc::importer
