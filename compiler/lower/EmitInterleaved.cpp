// Rows of two to eight elements that a transpose brings from apart, such as pixels that come of the
// phases of a transposed convolution: 16 rows at once, a vector for each of their elements, then
// interleaved.
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

// Elements of a row; 0 where the region has no such rows.
static int64_t rowElements(RegionEmitter &emitter) {
  auto type = cast<RankedTensorType>(emitter.yielded(0).getType());
  if (emitter.machine.isGpu || type.getRank() < 2)
    return 0;
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    if (!emitter.resultLayout(number).rowMajor() ||
        graph::extentsOf(cast<RankedTensorType>(emitter.yielded(number).getType())) !=
            graph::extentsOf(type))
      return 0;
  bool apart = llvm::any_of(emitter.source.front().getOps<graph::TransposeOp>(), [&](auto op) {
    return op.getType().getShape() == type.getShape() &&
           op.getPermutation().back() != type.getRank() - 1;
  });
  int64_t elements = type.getShape().back();
  return apart && llvm::is_contained({2, 4, 8}, elements) ? elements : 0;
}

// a0 b0 a1 b1 ... of the lanes of two vectors.
static Value interleaved(RegionEmitter &emitter, Value a, Value b) {
  SmallVector<int64_t> lanes;
  int64_t count = cast<VectorType>(a.getType()).getDimSize(0);
  for (int64_t lane = 0; lane < count; ++lane)
    lanes.append({lane, count + lane});
  return vector::ShuffleOp::create(emitter.builder, emitter.loc(), a, b, lanes);
}

// The elements of 16 rows; `at`: the place of the first row, its last index left out.
static Value rowsFrom(RegionEmitter &emitter, Value result, const Indices &at, int64_t elements) {
  SmallVector<Value> parts;
  for (int64_t element = 0; element < elements; ++element) {
    Indices indices = at;
    indices.push_back({emitter.index(element), 0});
    parts.push_back(emitter.evaluate(result, indices, kLanes));
  }
  // Those that end half a row apart first, so that neighbours meet last.
  for (; parts.size() > 1; parts.resize(parts.size() / 2))
    for (size_t part = 0; part < parts.size() / 2; ++part)
      parts[part] = interleaved(emitter, parts[part], parts[part + parts.size() / 2]);
  return parts.front();
}

bool emitInterleaved(RegionEmitter &emitter) {
  int64_t elements = rowElements(emitter);
  if (elements == 0)
    return false;
  auto type = cast<RankedTensorType>(emitter.yielded(0).getType());
  graph::Extents extents = graph::extentsOf(type);
  AffineExpr runs = graph::elementCount(ArrayRef(extents).drop_back(2), type.getContext());
  SmallVector<Value> outer;
  for (AffineExpr extent : ArrayRef(extents).drop_back(2))
    outer.push_back(emitter.extent(extent));
  Value rows = emitter.extent(extents[extents.size() - 2]);
  double work = workOf(emitter) * double(elements) *
                double(graph::constantOf(extents[extents.size() - 2]).value_or(256)) / kLanes * 2;
  emitter.parallel(emitter.extent(runs), work, [&](Value run) {
    Indices at;
    for (Value coordinate : emitter.unflatten(run, outer))
      at.push_back({coordinate, 0});
    forEachLane(emitter, emitter.index(0), rows, kLanes, [&](Value row, Value mask) {
      Indices from = at, to = at;
      from.push_back({row, 1});
      to.append({{row, 0}, {emitter.index(0), 1}});
      if (mask)
        mask = emitter.laneMask(emitter.mulConstant(emitter.sub(rows, row), elements),
                                elements * kLanes);
      for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
        emitter.store(number, to, rowsFrom(emitter, emitter.yielded(number), from, elements),
                      elements * kLanes, mask);
    });
  });
  return true;
}

} // namespace mdc::lower
