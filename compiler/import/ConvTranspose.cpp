// A transposed convolution is a convolution of the data with zeros between its elements and the
// filter turned round.
#include "compiler/import/Windowing.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// [in, out / groups, kernel...] as [out, in / groups, kernel...], each kernel turned round.
Value turnedFilter(NodeContext &n, Value weight, int64_t groups) {
  Extents e = extentsOf(weight);
  auto in = graph::constantOf(e[0]), outPerGroup = graph::constantOf(e[1]);
  if (!in || !outPerGroup || groups < 1 || *in % groups != 0) {
    n.fail("the weight's shape " + graph::shapeText(typeOf(weight)) + " does not divide into " +
           Twine(groups) + " groups");
    return {};
  }
  Extents starts = {n.fixed(0), n.fixed(0)};
  Integers steps = {1, 1}, permutation = {0, 2, 1};
  Extents split = {n.fixed(groups), n.fixed(*in / groups), e[1]};
  Extents joined = {n.fixed(groups * *outPerGroup), n.fixed(*in / groups)};
  for (size_t axis = 2; axis < e.size(); ++axis) {
    starts.push_back(e[axis] - 1);
    steps.push_back(-1);
    permutation.push_back(axis + 1);
    split.push_back(e[axis]);
    joined.push_back(e[axis]);
  }
  Value turned = n.slice(weight, starts, steps, e);
  return n.reshape(n.transpose(n.reshape(turned, split), permutation), joined);
}

// `stride - 1` zeros after every element along each spatial axis, those after the last one too.
Value spreadOut(NodeContext &n, Value x, ArrayRef<int64_t> strides) {
  Extents e = extentsOf(x), split = {e[0], e[1]}, joined = {e[0], e[1]};
  Integers low(2 + 2 * strides.size(), 0), high(low);
  for (auto [axis, stride] : llvm::enumerate(strides)) {
    split.append({e[axis + 2], n.fixed(1)});
    high[3 + 2 * axis] = stride - 1;
    joined.push_back(e[axis + 2] * stride);
  }
  Value padded =
      n.infer<graph::PadOp>(graph::PadKind::Constant, n.reshape(x, split), n.scalarLike(0, x),
                            ArrayRef<int64_t>(low), ArrayRef<int64_t>(high));
  return n.reshape(padded, joined);
}

// output_shape, or SAME, sets the pads: what the full result has too much.
bool padForOutput(NodeContext &n, Value x, Windowing &windows, ArrayRef<int64_t> outputPadding) {
  auto wanted = n.integersAttribute("output_shape");
  StringRef automatic = n.text("auto_pad", "NOTSET");
  bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
  if (!wanted && !same)
    return true;
  size_t rank = windows.rank();
  for (size_t axis = 0; axis < rank; ++axis) {
    int64_t stride = windows.strides[axis],
            total = windows.span(axis) + outputPadding[axis] - stride;
    if (wanted) {
      auto extent = graph::constantOf(extentsOf(x)[axis + 2]);
      if (!extent || wanted->size() < rank)
        return n.fail("output_shape needs fixed extents and one number for each spatial axis"),
               false;
      total += stride * *extent - (*wanted)[wanted->size() - rank + axis];
    }
    total = std::max<int64_t>(total, 0);
    windows.pads[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    windows.pads[rank + axis] = total - windows.pads[axis];
  }
  return true;
}

} // namespace

Values convTranspose(NodeContext &n) {
  Value x = n.input(0), weight = n.input(1);
  if (!x || !weight || rankOf(weight) != rankOf(x) || rankOf(x) < 3)
    return n.fail("the input and the weight differ in rank, expected [batch, channel, spatial...]");
  auto windows = windowingOf(n, x, typeOf(weight).getShape().drop_front(2));
  if (!windows)
    return {};
  size_t rank = windows->rank();
  Integers outputPadding = n.integersAttribute("output_padding").value_or(Integers(rank, 0));
  if (outputPadding.size() != rank || !padForOutput(n, x, *windows, outputPadding))
    return n.fail("output_padding does not fit " + Twine(rank) + " spatial axes");
  int64_t groups = n.integer("group", 1);
  Integers low(2 + rank, 0), high(2 + rank, 0), pads(2 * rank, 0), ones(rank, 1);
  for (size_t axis = 0; axis < rank; ++axis) {
    low[axis + 2] = windows->span(axis) - 1 - windows->pads[axis];
    high[axis + 2] = windows->span(axis) - windows->strides[axis] - windows->pads[rank + axis] +
                     outputPadding[axis];
  }
  bool spread = llvm::any_of(windows->strides, [](int64_t stride) { return stride > 1; });
  Value data = spread ? spreadOut(n, x, windows->strides) : x;
  auto negative = [](int64_t width) { return width < 0; };
  if (llvm::any_of(low, negative) || llvm::any_of(high, negative)) {
    data = n.infer<graph::PadOp>(graph::PadKind::Constant, data, n.scalarLike(0, x),
                                 ArrayRef<int64_t>(low), ArrayRef<int64_t>(high));
  } else {
    llvm::copy(ArrayRef(low).drop_front(2), pads.begin());
    llvm::copy(ArrayRef(high).drop_front(2), pads.begin() + rank);
  }
  return {n.infer<graph::ConvOp>(data, turnedFilter(n, weight, groups),
                                 TensorBuilder::Optional{n.optionalInput(2)},
                                 ArrayRef<int64_t>(ones), ArrayRef<int64_t>(pads),
                                 ArrayRef<int64_t>(windows->dilations), groups)};
}

} // namespace mdc::importer
