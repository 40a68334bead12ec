// Indices across moves: where an element of one shape is in another, and where moves behind a root
// put what it computes.
#include "compiler/lower/Roots.h"

using namespace mlir;

namespace mdc::lower {

static graph::Extents extentsOf(Value value) {
  return graph::extentsOf(cast<RankedTensorType>(value.getType()));
}

// Whether a run of a GPU's thread, which begins at a multiple of its length, is inside of one row
// of both shapes.
static bool keepsRun(RegionEmitter &emitter, const graph::Extents &from, const graph::Extents &to,
                     int64_t lanes) {
  auto fill = [&](const graph::Extents &extents) {
    auto length = extents.empty() ? std::nullopt : graph::constantOf(extents.back());
    return length && *length % lanes == 0;
  };
  return emitter.machine.isGpu && fill(from) && fill(to);
}

std::optional<Indices> reshapedIndices(RegionEmitter &emitter, const graph::Extents &from,
                                       const graph::Extents &to, const Indices &indices,
                                       int64_t lanes) {
  // Axes in front that both share, and the last one, pass through.
  size_t shared = 0, both = std::min(from.size(), to.size());
  while (shared < both && from[shared] == to[shared])
    ++shared;
  size_t last = shared < both && from.back() == to.back() ? 1 : 0;
  bool runs = last == 0 && keepsRun(emitter, from, to, lanes);
  Value linear = emitter.index(0);
  for (size_t axis = shared; axis + last < from.size(); ++axis) {
    if (indices[axis].stride != 0 && !(runs && axis + 1 == from.size()))
      return std::nullopt;
    linear = emitter.add(emitter.mul(linear, emitter.extent(from[axis])), indices[axis].base);
  }
  SmallVector<Value> shape;
  for (size_t axis = shared; axis + last < to.size(); ++axis)
    shape.push_back(emitter.extent(to[axis]));
  Indices moved(indices.begin(), indices.begin() + shared);
  for (Value coordinate : emitter.unflatten(linear, shape))
    moved.push_back({coordinate, 0});
  if (last)
    moved.push_back(indices.back());
  else if (runs && shared < both)
    moved.back().stride = indices.back().stride;
  return moved;
}

StorePath storePath(Value yielded) {
  StorePath path{yielded, {}};
  SmallVector<Operation *> passed; // casts in front of the last move found
  for (Operation *op = yielded.getDefiningOp(); op; op = op->getOperand(0).getDefiningOp()) {
    if (!isa<graph::TransposeOp, graph::ReshapeOp, graph::CastOp>(op))
      break;
    passed.push_back(op);
    if (isa<graph::CastOp>(op))
      continue;
    path.moves.append(passed);
    passed.clear();
    path.base = op->getOperand(0);
  }
  std::reverse(path.moves.begin(), path.moves.end());
  return path;
}

bool endsAt(func::FuncOp region, Value root) {
  return llvm::all_of(region.front().getTerminator()->getOperands(), [&](Value yielded) {
    return extentsOf(storePath(yielded).base) == extentsOf(root);
  });
}

bool leadsInPlace(func::FuncOp region, Operation *op) {
  graph::Extents extents = extentsOf(op->getResult(0));
  for (Value yielded : region.front().getTerminator()->getOperands())
    if (extentsOf(yielded) != extents)
      return false;
  SmallVector<Operation *> left = {op};
  while (!left.empty())
    for (Operation *user : left.pop_back_val()->getUsers()) {
      if (user->hasTrait<OpTrait::IsTerminator>())
        continue;
      if (!graph::isElementwise(user) || extentsOf(user->getResult(0)) != extents)
        return false;
      left.push_back(user);
    }
  return true;
}

void storeMoved(RegionEmitter &emitter, unsigned result, const Indices &indices, int64_t lanes,
                Value mask) {
  StorePath path = storePath(emitter.yielded(result));
  Value value = emitter.evaluate(path.base, indices, lanes);
  Indices at = indices;
  for (Operation *op : path.moves) {
    Value from = op->getOperand(0), to = op->getResult(0);
    if (auto transpose = dyn_cast<graph::TransposeOp>(op)) {
      Indices moved;
      for (int64_t axis : transpose.getPermutation())
        moved.push_back(at[axis]);
      at = moved;
    } else if (isa<graph::ReshapeOp>(op)) {
      at = *reshapedIndices(emitter, extentsOf(from), extentsOf(to), at, lanes);
    } else {
      emitter.define(from, value);
      value = emitter.evaluate(to, at, lanes);
      emitter.undefine(from); // the next element has another
    }
  }
  emitter.store(result, at, value, lanes, mask);
}

} // namespace mdc::lower
