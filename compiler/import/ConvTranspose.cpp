// A transposed convolution as a convolution. The results at one remainder of their place by the
// stride (a phase) come of every stride-th tap alone: the phases are channels of one convolution
// over the data as they are, and are then put side by side.
#include "compiler/import/Windowing.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdc::importer {
namespace {

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

// One spatial axis. The convolution's result at t of phase p is the full result at t * stride + p.
struct PhaseAxis {
  int64_t stride;
  int64_t dilation;  // the convolution's
  int64_t spread;    // of the filter's taps, where phases take others of them; else 1
  int64_t span;      // taps of the filter, zeros between dilated ones among them
  int64_t taps;      // of a phase
  int64_t low, high; // the convolution's pads
  int64_t first;     // result that is wanted, of those that the convolution gives
  int64_t more;      // wanted results beyond `stride` for each element; may be negative
  bool isCropped;    // the convolution gives others too

  PhaseAxis(const Windowing &windows, size_t axis, int64_t outputPadding)
      : stride(windows.strides[axis]), dilation(stride == 1 ? windows.dilations[axis] : 1),
        spread(stride == 1 ? 1 : windows.dilations[axis]), span(windows.span(axis)) {
    int64_t padLow = windows.pads[axis], padHigh = windows.pads[windows.rank() + axis];
    taps = stride == 1 ? windows.kernel[axis] : llvm::divideCeilSigned(span, stride);
    int64_t reach = dilation * (taps - 1);
    low = std::max<int64_t>(reach - padLow / stride, 0);
    high = std::max<int64_t>(
        llvm::divideCeilSigned(span - stride - padHigh + outputPadding, stride), 0);
    first = padLow - stride * (reach - low);
    more = span - stride + outputPadding - padLow - padHigh;
    isCropped = first != 0 || more != stride * (low + high - reach);
  }
};

class Phases {
public:
  Phases(NodeContext &n, const Windowing &windows, ArrayRef<int64_t> outputPadding, int64_t groups,
         int64_t outPerGroup)
      : n(n), groups(groups), outPerGroup(outPerGroup) {
    for (size_t axis = 0; axis < windows.rank(); ++axis) {
      axes.emplace_back(windows, axis, outputPadding[axis]);
      count *= axes.back().stride;
    }
  }

  Value convolution(Value x, Value filter, Value bias);

private:
  Value spreadOut(Value filter);
  Value filterOf(Value weight, int64_t inPerGroup);
  Value biasOf(Value bias);
  Value sideBySide(Value y);
  Value cropped(Value y, Value x);

  NodeContext &n;
  int64_t groups, outPerGroup, count = 1;
  SmallVector<PhaseAxis, 3> axes;
};

// `spread - 1` zeros between taps.
Value Phases::spreadOut(Value filter) {
  Extents e = extentsOf(filter), split = {e[0], e[1]}, joined = split, wanted = split;
  Integers low(2 + 2 * axes.size(), 0), high(low);
  Extents starts(e.size(), n.fixed(0));
  if (llvm::all_of(axes, [](const PhaseAxis &axis) { return axis.spread == 1; }))
    return filter;
  for (auto [axis, of] : llvm::enumerate(axes)) {
    split.append({e[axis + 2], n.fixed(1)});
    high[3 + 2 * axis] = of.spread - 1;
    joined.push_back(e[axis + 2] * of.spread);
    wanted.push_back(of.spread > 1 ? n.fixed(of.span) : e[axis + 2]);
  }
  Value spread = n.infer<graph::PadOp>(graph::PadKind::Constant, n.reshape(filter, split),
                                       n.scalarLike(0, filter), ArrayRef<int64_t>(low),
                                       ArrayRef<int64_t>(high));
  return n.slice(n.reshape(spread, joined), starts, Integers(e.size(), 1), wanted);
}

// [in, out / groups, taps...] as [groups * phases * out / groups, in / groups, taps of a phase...],
// each turned round.
Value Phases::filterOf(Value weight, int64_t inPerGroup) {
  Extents e = extentsOf(weight);
  size_t rank = axes.size();
  Integers low(e.size(), 0), high(e.size(), 0);
  Extents split = {n.fixed(groups), n.fixed(inPerGroup), e[1]};
  Extents joined = {n.fixed(groups * count * outPerGroup), n.fixed(inPerGroup)};
  Integers permutation = {0}, steps(3, 1);
  Extents starts(3, n.fixed(0));
  for (size_t axis = 0; axis < rank; ++axis) {
    const PhaseAxis &of = axes[axis];
    high[axis + 2] = of.taps * of.stride - *graph::constantOf(e[axis + 2]);
    split.append({n.fixed(of.taps), n.fixed(of.stride)});
    joined.push_back(n.fixed(of.taps));
    starts.append({n.fixed(of.taps - 1), n.fixed(0)});
    steps.append({-1, 1});
    permutation.push_back(4 + 2 * axis);
  }
  permutation.append({2, 1});
  for (size_t axis = 0; axis < rank; ++axis)
    permutation.push_back(3 + 2 * axis);
  if (llvm::any_of(high, [](int64_t width) { return width > 0; }))
    weight = n.infer<graph::PadOp>(graph::PadKind::Constant, weight, n.scalarLike(0, weight),
                                   ArrayRef<int64_t>(low), ArrayRef<int64_t>(high));
  Value turned = n.slice(n.reshape(weight, split), starts, steps, split);
  return n.reshape(n.transpose(turned, permutation), joined);
}

Value Phases::biasOf(Value bias) {
  if (!bias || count == 1)
    return bias;
  Value ofGroups = n.reshape(bias, n.fixed({groups, 1, outPerGroup}));
  return n.reshape(n.broadcast(ofGroups, n.fixed({groups, count, outPerGroup})),
                   n.fixed(groups * count * outPerGroup));
}

// [batch, groups * phases * out / groups, places...] as [batch, out, places * strides...].
Value Phases::sideBySide(Value y) {
  if (count == 1)
    return y;
  Extents e = extentsOf(y), split = {e[0], n.fixed(groups)},
          joined = {e[0], n.fixed(groups * outPerGroup)};
  int64_t rank = axes.size();
  Integers permutation = {0, 1, 2 + rank};
  for (const PhaseAxis &of : axes)
    split.push_back(n.fixed(of.stride));
  split.push_back(n.fixed(outPerGroup));
  for (int64_t axis = 0; axis < rank; ++axis) {
    split.push_back(e[axis + 2]);
    permutation.append({3 + rank + axis, 2 + axis});
    joined.push_back(e[axis + 2] * axes[axis].stride);
  }
  return n.reshape(n.transpose(n.reshape(y, split), permutation), joined);
}

Value Phases::cropped(Value y, Value x) {
  if (llvm::none_of(axes, [](const PhaseAxis &axis) { return axis.isCropped; }))
    return y;
  Extents extents = extentsOf(y), starts(extents.size(), n.fixed(0));
  for (auto [axis, of] : llvm::enumerate(axes)) {
    starts[axis + 2] = n.fixed(of.first);
    extents[axis + 2] = extentsOf(x)[axis + 2] * of.stride + of.more;
  }
  return n.slice(y, starts, Integers(extents.size(), 1), extents);
}

Value Phases::convolution(Value x, Value filter, Value bias) {
  auto channels = graph::constantOf(extentsOf(filter)[0]);
  size_t rank = axes.size();
  Integers pads(2 * rank, 0), ones(rank, 1), ownDilations;
  for (auto [axis, of] : llvm::enumerate(axes)) {
    pads[axis] = of.low;
    pads[rank + axis] = of.high;
    ownDilations.push_back(of.dilation);
  }
  Value phases = n.infer<graph::ConvOp>(
      x, filterOf(spreadOut(filter), *channels / groups), TensorBuilder::Optional{biasOf(bias)},
      ArrayRef<int64_t>(ones), ArrayRef<int64_t>(pads), ArrayRef<int64_t>(ownDilations), groups);
  return phases ? cropped(sideBySide(phases), x) : Value();
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
  auto in = graph::constantOf(extentsOf(weight)[0]),
       outPerGroup = graph::constantOf(extentsOf(weight)[1]);
  if (!in || !outPerGroup || groups < 1 || *in % groups != 0)
    return n.fail("the weight's shape " + graph::shapeText(typeOf(weight)) +
                  " does not divide into " + Twine(groups) + " groups");
  for (auto [axis, taps] : llvm::enumerate(windows->kernel))
    if (graph::constantOf(extentsOf(weight)[axis + 2]) != taps)
      return n.fail("kernel_shape is " + Twine(taps) + " along axis " + Twine(axis + 2) +
                    ", which the weight's shape " + graph::shapeText(typeOf(weight)) +
                    " does not have");
  Phases phases(n, *windows, outputPadding, groups, *outPerGroup);
  return {phases.convolution(x, weight, n.optionalInput(2))};
}

} // namespace mdc::importer
