#include "compiler/import/Windowing.h"

using namespace mlir;

namespace mdc::importer {

// SAME: as many windows as strides begin inside the data; the missing elements are shared between
// both ends.
static bool padToSameExtent(NodeContext &n, ArrayRef<AffineExpr> spatial, Windowing &windows,
                            bool extraAtEnd) {
  for (size_t axis = 0; axis < windows.rank(); ++axis) {
    int64_t stride = windows.strides[axis], span = windows.span(axis), total = 0;
    if (auto extent = graph::constantOf(spatial[axis]))
      total = ((*extent + stride - 1) / stride - 1) * stride + span - *extent;
    else if (stride == 1 || dividedExactly(spatial[axis], n.fixed(stride)))
      total = span - stride;
    else
      return n.fail("auto_pad fills up an extent of " + n.textOf(spatial[axis]) + " along axis " +
                        Twine(axis + 2) + ", expected a fixed one or a multiple of the stride " +
                        Twine(stride),
                    "bind the dimension to one number in [model.dims]"),
             false;
    total = std::max<int64_t>(total, 0);
    windows.pads[axis] = extraAtEnd ? total / 2 : total - total / 2;
    windows.pads[windows.rank() + axis] = total - windows.pads[axis];
  }
  return true;
}

static bool checkCounts(NodeContext &n, const Windowing &windows, size_t spatial) {
  auto positive = [](ArrayRef<int64_t> values) {
    return llvm::all_of(values, [](int64_t value) { return value > 0; });
  };
  if (windows.kernel.size() == spatial && windows.strides.size() == spatial &&
      windows.dilations.size() == spatial && windows.pads.size() == 2 * spatial &&
      positive(windows.kernel) && positive(windows.strides) && positive(windows.dilations))
    return true;
  n.fail("kernel_shape, strides, dilations or pads do not fit " + Twine(spatial) +
         " spatial axes, expected one positive number each and two pads");
  return false;
}

std::optional<Windowing> windowingOf(NodeContext &n, Value data, ArrayRef<int64_t> kernel) {
  if (!data)
    return std::nullopt;
  if (rankOf(data) < 3) {
    n.fail("the input has rank " + Twine(rankOf(data)) + ", expected [batch, channel, spatial...]");
    return std::nullopt;
  }
  size_t spatial = rankOf(data) - 2;
  Windowing windows;
  windows.kernel =
      n.integersAttribute("kernel_shape").value_or(Integers(kernel.begin(), kernel.end()));
  windows.strides = n.integersAttribute("strides").value_or(Integers(spatial, 1));
  windows.dilations = n.integersAttribute("dilations").value_or(Integers(spatial, 1));
  windows.pads = Integers(2 * spatial, 0);
  StringRef automatic = n.text("auto_pad", "NOTSET");
  if (automatic == "NOTSET")
    windows.pads = n.integersAttribute("pads").value_or(windows.pads);
  if (!checkCounts(n, windows, spatial))
    return std::nullopt;
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    Extents extents = extentsOf(data);
    if (!padToSameExtent(n, ArrayRef(extents).drop_front(2), windows, automatic == "SAME_UPPER"))
      return std::nullopt;
  } else if (automatic != "NOTSET" && automatic != "VALID") {
    n.fail("auto_pad is '" + automatic + "', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    return std::nullopt;
  }
  return windows;
}

// The number of windows along one axis; null where a last window outside the data cannot be ruled
// out.
static AffineExpr windowCount(AffineExpr extent, const Windowing &windows, size_t axis,
                              bool ceilMode) {
  int64_t low = windows.pads[axis], high = windows.pads[windows.rank() + axis];
  int64_t stride = windows.strides[axis], span = windows.span(axis);
  // Rounded up by what is added: the same extents have one form, as of a convolution beside it.
  AffineExpr room = extent + (low + high - span + (ceilMode ? stride - 1 : 0));
  AffineExpr count = room.floorDiv(stride) + 1;
  if (!ceilMode)
    return count;
  auto fixedCount = graph::constantOf(count), fixedExtent = graph::constantOf(extent);
  if (fixedCount && fixedExtent && (*fixedCount - 1) * stride >= *fixedExtent + low)
    return count - 1; // it would begin in the padding at the end
  if (!fixedCount && high + stride - 1 >= span)
    return {};
  return count;
}

Extents pooledExtents(NodeContext &n, Value data, const Windowing &windows, bool ceilMode) {
  Extents extents = extentsOf(data);
  for (size_t axis = 0; axis < windows.rank(); ++axis) {
    AffineExpr count = windowCount(extents[axis + 2], windows, axis, ceilMode);
    if (!count) {
      n.fail("ceil_mode with wide padding needs a fixed extent along axis " + Twine(axis + 2));
      return {};
    }
    if (auto fixed = graph::constantOf(count); fixed && *fixed < 1) {
      n.fail("a window of " + Twine(windows.span(axis)) + " does not fit axis " + Twine(axis + 2) +
             " of " + graph::shapeText(typeOf(data)));
      return {};
    }
    extents[axis + 2] = count;
  }
  return extents;
}

} // namespace mdc::importer
