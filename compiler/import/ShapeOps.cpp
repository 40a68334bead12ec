// The same elements under another shape, in another order or several times.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// The extent that -1 stands for: all elements divided by the other extents.
AffineExpr remainingExtent(NodeContext &n, Value x, ArrayRef<AffineExpr> extents, size_t unknown) {
  AffineExpr others = n.fixed(1);
  for (auto [axis, extent] : llvm::enumerate(extents))
    if (axis != unknown)
      others = others * extent;
  AffineExpr all = graph::elementCount(extentsOf(x), n.builder.getContext());
  if (graph::constantOf(others) == 0)
    return n.fixed(0);
  AffineExpr result = dividedExactly(all, others);
  if (!result)
    n.fail("a tensor of shape " + graph::shapeText(typeOf(x)) +
           " cannot be shown to divide into the shape that is asked for");
  return result;
}

// An attribute before opset 5.
std::optional<SmallVector<AffineExpr>> requestedShape(NodeContext &n) {
  if (auto attribute = n.integersAttribute("shape")) {
    Extents extents = n.fixed(*attribute);
    return SmallVector<AffineExpr>(extents.begin(), extents.end());
  }
  return n.shapeInput(1, "the shape");
}

// Nothing at run time counts again: a shape that holds more elements would read past the tensor.
bool holdsAll(NodeContext &n, Value x, ArrayRef<AffineExpr> extents) {
  MLIRContext *context = n.builder.getContext();
  AffineExpr from = collected(graph::elementCount(extentsOf(x), context));
  AffineExpr to = collected(graph::elementCount(extents, context));
  return n.agree(from, to,
                 "the shape that is asked for holds " + n.textOf(to) +
                     " elements, expected the tensor's " + n.textOf(from),
                 ", or export the model with -1 for the extent that varies");
}

Values reshape(NodeContext &n) {
  Value x = n.input(0);
  auto requested = requestedShape(n);
  if (!x || !requested)
    return {};
  Extents from = extentsOf(x), extents(requested->begin(), requested->end());
  bool zeroIsZero = n.integer("allowzero", 0) != 0;
  std::optional<size_t> unknown;
  for (auto [axis, extent] : llvm::enumerate(extents)) {
    auto fixed = graph::constantOf(extent);
    if (fixed == 0 && !zeroIsZero) {
      if (axis >= from.size())
        return n.fail("the shape copies axis " + Twine(axis) + " of a tensor of rank " +
                      Twine(from.size()));
      extent = from[axis];
    } else if (fixed == -1 && !unknown) {
      unknown = axis;
    } else if (fixed && *fixed < 0) {
      return n.fail("the shape holds " + Twine(*fixed) + ", expected extents and at most one -1");
    }
  }
  if (unknown)
    extents[*unknown] = remainingExtent(n, x, extents, *unknown);
  if (n.failed() || !holdsAll(n, x, extents))
    return {};
  return {n.reshape(x, extents)};
}

Values flatten(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  int64_t rank = rankOf(x), axis = n.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return n.fail("axis is " + Twine(axis) + ", expected " + Twine(-rank) + " to " + Twine(rank));
  if (axis < 0)
    axis += rank;
  Extents extents = extentsOf(x);
  ArrayRef<AffineExpr> all(extents);
  MLIRContext *context = n.builder.getContext();
  return {n.reshape(x, {graph::elementCount(all.take_front(axis), context),
                        graph::elementCount(all.drop_front(axis), context)})};
}

Values squeeze(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  auto axes = n.listAttributeOrInput("axes", 1);
  if (n.failed())
    return {};
  Extents extents = extentsOf(x);
  Integers dropped;
  if (axes) {
    auto checked = n.checkedAxes(*axes, extents.size());
    if (!checked)
      return {};
    dropped = *checked;
  } else {
    for (auto [axis, extent] : llvm::enumerate(extents))
      if (graph::constantOf(extent) == 1)
        dropped.push_back(axis);
  }
  for (int64_t axis : dropped)
    if (graph::constantOf(extents[axis]) != 1)
      return n.fail("axis " + Twine(axis) + " of " + graph::shapeText(typeOf(x)) +
                    " is squeezed, expected an extent of 1");
  return {n.withoutAxes(x, dropped)};
}

Values unsqueeze(NodeContext &n) {
  Value x = n.input(0);
  auto axes = n.listAttributeOrInput("axes", 1);
  if (!x || n.failed())
    return {};
  if (!axes)
    return n.fail("there are no axes, expected a list");
  auto checked = n.checkedAxes(*axes, rankOf(x) + axes->size());
  return checked ? Values{n.withAxes(x, *checked)} : Values();
}

Values transpose(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  Integers permutation;
  if (auto given = n.integersAttribute("perm"))
    permutation = *given;
  else
    for (int64_t axis = rankOf(x); axis-- > 0;)
      permutation.push_back(axis);
  return {n.transpose(x, permutation)};
}

Values concat(NodeContext &n) {
  Value first = n.input(0);
  if (!first)
    return {};
  auto axis = n.axis("axis", 1, rankOf(first));
  return axis ? Values{n.concat(n.inputs(), *axis)} : Values();
}

Values expand(NodeContext &n) {
  Value x = n.input(0);
  auto requested = n.shapeInput(1, "the shape");
  if (!x || !requested)
    return {};
  auto joined = graph::broadcast(extentsOf(x), *requested);
  if (failed(joined))
    return n.fail("a tensor of shape " + graph::shapeText(typeOf(x)) +
                  " does not broadcast to the shape that is asked for");
  return {n.broadcast(x, *joined)};
}

Values tile(NodeContext &n) {
  Value x = n.input(0);
  auto repeats = n.shapeInput(1, "repeats");
  if (!x || !repeats)
    return {};
  Extents extents = extentsOf(x), split, repeated, joined;
  if (repeats->size() != extents.size())
    return n.fail("there are " + Twine(repeats->size()) + " repeats, expected one for each of " +
                  Twine(extents.size()) + " axes");
  for (auto [extent, times] : llvm::zip(extents, *repeats)) {
    if (graph::constantOf(times) != 1) {
      split.push_back(n.fixed(1));
      repeated.push_back(times);
    }
    split.push_back(extent);
    repeated.push_back(extent);
    joined.push_back(extent * times);
  }
  return {n.reshape(n.broadcast(n.reshape(x, split), repeated), joined)};
}

Values identity(NodeContext &n) { return {n.input(0)}; }

// At inference Dropout passes its input; the mask lets everything through.
Values dropout(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  if (n.has(2)) {
    auto training = n.constantInput(2, "training_mode");
    if (!training || training->empty() || training->front() != 0)
      return n.fail("training_mode is set, expected a model exported for inference");
  }
  if (!n.outputUsed(1))
    return {x};
  return {x, n.filled(1, extentsOf(x), n.opset < 10 ? elementOf(x) : n.i1())};
}

// [N, C, H, W] as [N, blocks..., H, W]: both ops regroup six axes.
Values depthToSpace(NodeContext &n) {
  Value x = n.input(0);
  int64_t block = n.integer("blocksize", 0);
  StringRef mode = n.text("mode", "DCR");
  if (!x)
    return {};
  Extents e = extentsOf(x);
  auto channels = e.size() == 4 ? graph::constantOf(e[1]) : std::nullopt;
  if (!channels || block < 1 || *channels % (block * block))
    return n.fail("shape " + graph::shapeText(typeOf(x)) + " does not divide into blocks of " +
                  Twine(block));
  AffineExpr b = n.fixed(block), rest = n.fixed(*channels / (block * block));
  Value result;
  if (mode == "DCR")
    result = n.transpose(n.reshape(x, {e[0], b, b, rest, e[2], e[3]}), {0, 3, 4, 1, 5, 2});
  else if (mode == "CRD")
    result = n.transpose(n.reshape(x, {e[0], rest, b, b, e[2], e[3]}), {0, 1, 4, 2, 5, 3});
  else
    return n.fail("mode is '" + mode + "', expected 'DCR' or 'CRD'");
  return {n.reshape(result, {e[0], rest, e[2] * block, e[3] * block})};
}

Values spaceToDepth(NodeContext &n) {
  Value x = n.input(0);
  int64_t block = n.integer("blocksize", 0);
  if (!x)
    return {};
  Extents e = extentsOf(x);
  AffineExpr b = n.fixed(block), rows, columns;
  if (e.size() == 4 && block > 0) {
    rows = dividedExactly(e[2], b);
    columns = dividedExactly(e[3], b);
  }
  if (!rows || !columns)
    return n.fail("shape " + graph::shapeText(typeOf(x)) + " does not divide into blocks of " +
                  Twine(block));
  Value blocks = n.reshape(x, {e[0], e[1], rows, b, columns, b});
  return {n.reshape(n.transpose(blocks, {0, 3, 5, 1, 2, 4}),
                    {e[0], e[1] * (block * block), rows, columns})};
}

} // namespace

llvm::ArrayRef<OpRow> shapeOps() {
  static constexpr OpRow rows[] = {
      {"Reshape", 1, kLastOpset, reshape},
      {"Flatten", 1, kLastOpset, flatten},
      {"Squeeze", 1, kLastOpset, squeeze},
      {"Unsqueeze", 1, kLastOpset, unsqueeze},
      {"Transpose", 1, kLastOpset, transpose},
      {"Concat", 1, kLastOpset, concat},
      {"Expand", 8, kLastOpset, expand},
      {"Tile", 6, kLastOpset, tile},
      {"Identity", 1, kLastOpset, identity},
      {"Dropout", 1, kLastOpset, dropout},
      {"DepthToSpace", 1, kLastOpset, depthToSpace},
      {"SpaceToDepth", 1, kLastOpset, spaceToDepth},
  };
  return rows;
}

} // namespace mdc::importer
