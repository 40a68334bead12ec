// Which channels of a graph can only go together: the elements of axes, joined by the ops between
// them. An element is one index of one axis of one value. Each use of a constant counts as a value
// of its own, since every reader may get another part of it.
#pragma once

#include "compiler/compress/Layers.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace mdc::compress {

class ChannelGroups {
public:
  // Numbers [first, first + extent) of an axis's elements. An open axis has none.
  struct Axis {
    int64_t first = 0, extent = 0;
  };
  using Axes = llvm::SmallVector<Axis, 4>;

  explicit ChannelGroups(mlir::func::FuncOp function);

  const Axes &axesOf(mlir::Value value) const { return axes_.at(value.getAsOpaquePointer()); }
  const Axes &axesOf(mlir::OpOperand &use) const;

  int64_t elementCount() const { return parents_.size(); }
  // The element that stands for its group.
  int64_t groupOf(int64_t element) const;
  // No element of the group may go.
  bool isFixed(int64_t element) const { return fixed_[groupOf(element)]; }
  bool isFixed(const Axis &axis) const;

  void join(int64_t element, int64_t other);
  // Index by index; axes of other extents stay apart.
  void join(const Axis &axis, const Axis &other);
  void fix(const Axis &axis);

private:
  void number(const void *key, mlir::RankedTensorType type);

  llvm::DenseMap<const void *, Axes> axes_; // by value, or by use of a constant
  mutable std::vector<int64_t> parents_;    // shortened by look-ups
  std::vector<char> fixed_;                 // of groups
};

// Joins and fixes the elements of all values as the ops between them demand. Arguments, results,
// spatial and reduced axes are fixed, and every axis of an op without a rule. So are the output
// channels of layers that are not `chosen`.
void joinChannels(mlir::func::FuncOp function, const std::vector<Layer> &layers,
                  const llvm::DenseSet<mlir::Operation *> &chosen, ChannelGroups &groups);

// The axis of the weight that holds the layer's output channels, or what it reads.
int64_t outputAxisOf(const Layer &layer);
int64_t inputAxisOf(const Layer &layer);

} // namespace mdc::compress
