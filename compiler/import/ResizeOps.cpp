// Resize and its forerunner Upsample: every coordinate transformation becomes a scale and an
// offset, and what weighs more than two neighbours a product for each axis.
#include "compiler/import/OpTable.h"
#include "compiler/import/ResizeFilter.h"

#include <cmath>

using namespace mlir;

namespace mdc::importer {
namespace {

// One axis: the result's extent and the ratio result / input that ONNX's formulas use.
struct AxisResize {
  AffineExpr extent;
  double ratio = 1;
};

// floor(extent * ratio); null where an open extent meets a ratio that is no small fraction.
AffineExpr scaledExtent(AffineExpr extent, double ratio) {
  if (auto fixed = graph::constantOf(extent))
    return getAffineConstantExpr(int64_t(std::floor(double(*fixed) * ratio)), extent.getContext());
  for (int64_t denominator = 1; denominator <= 64; ++denominator) {
    double numerator = ratio * double(denominator);
    if (std::abs(numerator - std::round(numerator)) < 1e-6)
      return (extent * int64_t(std::round(numerator))).floorDiv(denominator);
  }
  return {};
}

// result / input where that is one number for all open dimensions.
std::optional<double> ratioOf(AffineExpr result, AffineExpr input) {
  auto a = graph::constantOf(result), b = graph::constantOf(input);
  if (a && b && *b != 0)
    return double(*a) / double(*b);
  if (AffineExpr times = dividedExactly(result, input); times && graph::constantOf(times))
    return double(*graph::constantOf(times));
  if (AffineExpr times = dividedExactly(input, result); times && graph::constantOf(times))
    return 1 / double(*graph::constantOf(times));
  return std::nullopt;
}

// The source coordinate of result index i is scale * i + offset.
struct Sampling {
  double scale = 1, offset = 0;
};

std::optional<Sampling> samplingOf(NodeContext &n, StringRef mode, const AxisResize &axis,
                                   AffineExpr input) {
  auto result = graph::constantOf(axis.extent), from = graph::constantOf(input);
  double inverse = 1 / axis.ratio;
  Sampling halfPixel{inverse, 0.5 * inverse - 0.5};
  if (mode == "asymmetric")
    return Sampling{inverse, 0};
  if (mode == "half_pixel")
    return halfPixel;
  if (mode == "tf_half_pixel_for_nn")
    return Sampling{inverse, 0.5 * inverse};
  if (!result || !from) {
    n.fail("coordinate_transformation_mode '" + mode + "' resizes an extent of " + n.textOf(input) +
               ", expected a fixed one",
           "bind the dimension to one number in [model.dims]");
    return std::nullopt;
  }
  if (mode == "pytorch_half_pixel")
    return *result > 1 ? halfPixel : Sampling{0, 0};
  if (mode == "align_corners")
    return *result > 1 ? Sampling{double(*from - 1) / double(*result - 1), 0} : Sampling{0, 0};
  if (mode == "half_pixel_symmetric") {
    double adjustment = double(*result) / (axis.ratio * double(*from));
    halfPixel.offset += double(*from) / 2 * (1 - adjustment);
    return halfPixel;
  }
  n.fail("coordinate_transformation_mode '" + mode + "' is not supported",
         "export with half_pixel, pytorch_half_pixel, align_corners or asymmetric");
  return std::nullopt;
}

// Opset 10 leaves the rounding open; runtimes round up where they shrink.
StringRef oldRounding(ArrayRef<AxisResize> plan) {
  return llvm::any_of(plan, [](const AxisResize &axis) { return axis.ratio < 1; }) ? "ceil"
                                                                                   : "floor";
}

std::optional<graph::ResizeKind> resizeKind(NodeContext &n, ArrayRef<AxisResize> plan) {
  StringRef mode = n.text("mode", "nearest");
  if (mode == "linear" || mode == "bilinear")
    return graph::ResizeKind::Linear;
  if (mode != "nearest") { // `nearest_mode` says nothing about any other
    n.fail("mode '" + mode + "' is not supported, expected 'nearest', 'linear' or 'cubic'",
           "export with mode nearest, linear or cubic");
    return std::nullopt;
  }
  StringRef nearest =
      n.opset < 11 ? oldRounding(plan) : n.text("nearest_mode", "round_prefer_floor");
  auto kind = graph::symbolizeResizeKind(nearest);
  if (kind && *kind != graph::ResizeKind::Linear)
    return kind;
  n.fail("nearest_mode '" + nearest + "' is not supported",
         "export with floor, ceil, round_prefer_floor or round_prefer_ceil");
  return std::nullopt;
}

// Applies a keep_aspect_ratio_policy to sizes that are all fixed.
void keepAspectRatio(NodeContext &n, ArrayRef<int64_t> axes, ArrayRef<AffineExpr> input,
                     MutableArrayRef<AxisResize> plan) {
  StringRef policy = n.text("keep_aspect_ratio_policy", "stretch");
  if (policy == "stretch" || axes.empty())
    return;
  double ratio = plan[axes.front()].ratio;
  for (int64_t axis : axes)
    ratio = policy == "not_larger" ? std::min(ratio, plan[axis].ratio)
                                   : std::max(ratio, plan[axis].ratio);
  for (int64_t axis : axes) {
    auto from = graph::constantOf(input[axis]);
    if (!from) {
      n.fail("keep_aspect_ratio_policy needs fixed extents");
      return;
    }
    plan[axis] = {n.fixed(int64_t(std::floor(ratio * double(*from) + 0.5))), ratio};
  }
}

bool planFromSizes(NodeContext &n, ArrayRef<AffineExpr> sizes, ArrayRef<int64_t> axes,
                   ArrayRef<AffineExpr> input, MutableArrayRef<AxisResize> plan) {
  for (auto [axis, size] : llvm::zip(axes, sizes)) {
    auto ratio = ratioOf(size, input[axis]);
    if (!ratio)
      return n.fail("the size of axis " + Twine(axis) + " is no fixed multiple of the input's"),
             false;
    plan[axis] = {size, *ratio};
  }
  keepAspectRatio(n, axes, input, plan);
  return !n.failed();
}

bool planFromScales(NodeContext &n, ArrayRef<double> scales, ArrayRef<int64_t> axes,
                    ArrayRef<AffineExpr> input, MutableArrayRef<AxisResize> plan) {
  for (auto [axis, scale] : llvm::zip(axes, scales)) {
    AffineExpr extent = scale > 0 ? scaledExtent(input[axis], scale) : AffineExpr();
    if (!extent)
      return n.fail("the scale of axis " + Twine(axis) + " cannot be applied to an open extent"),
             false;
    plan[axis] = {extent, scale};
  }
  return true;
}

// The product of the weights and the elements along an axis.
Value weighed(NodeContext &n, Value x, int64_t axis, const ResizeFilter &filter,
              const ResizeGrid &grid) {
  Type element = elementOf(x), f32 = n.builder.getF32Type();
  std::vector<double> weights = resizeWeights(filter, grid);
  SmallVector<float> numbers(weights.begin(), weights.end());
  auto type = RankedTensorType::get({grid.result, grid.input}, f32);
  Value matrix = n.constant(DenseElementsAttr::get(type, ArrayRef<float>(numbers)));
  auto order = llvm::to_vector<6>(llvm::seq<int64_t>(0, rankOf(x)));
  int64_t rows = rankOf(x) - 2;
  std::swap(order[axis], order[rows]);
  x = n.transpose(n.cast(x, f32), order);
  return n.cast(n.transpose(n.matmul(matrix, x), order), element);
}

// Along one axis after the other, the last one first.
Value resizedByWeights(NodeContext &n, Value x, ArrayRef<AxisResize> plan, StringRef mode,
                       const ResizeFilter &filter) {
  Extents input = extentsOf(x);
  if (!isa<FloatType>(elementOf(x)) || input.size() < 2)
    return n.fail("cubic interpolation and antialias need a float tensor of two axes or more"),
           Value();
  for (int64_t axis = rankOf(x) - 1; axis >= 0; --axis) {
    const AxisResize &part = plan[axis];
    if (part.extent == input[axis] && part.ratio == 1)
      continue;
    auto from = graph::constantOf(input[axis]), to = graph::constantOf(part.extent);
    if (!from || !to)
      return n.fail("cubic interpolation and antialias resize an extent of " +
                        n.textOf(input[axis]) + ", expected a fixed one",
                    "bind the dimension to one number in [model.dims]"),
             Value();
    auto sampling = samplingOf(n, mode, part, input[axis]);
    if (!sampling)
      return {};
    x = weighed(n, x, axis, filter, {sampling->scale, sampling->offset, part.ratio, *to, *from});
  }
  return x;
}

Value resized(NodeContext &n, Value x, ArrayRef<AxisResize> plan, StringRef mode) {
  StringRef taken = n.text("mode", "nearest");
  bool isCubic = taken == "cubic", antialias = n.integer("antialias", 0) != 0;
  if (antialias && taken == "nearest")
    return n.fail("antialias meets mode 'nearest', expected 'linear' or 'cubic'"), Value();
  if (isCubic || (antialias && taken == "linear"))
    return resizedByWeights(n, x, plan, mode,
                            {isCubic, n.number("cubic_coeff_a", -0.75), antialias,
                             n.integer("exclude_outside", 0) != 0});
  auto kind = resizeKind(n, plan);
  if (!kind)
    return {};
  Extents input = extentsOf(x), result;
  SmallVector<double> scales, offsets;
  for (auto [axis, part] : llvm::enumerate(plan)) {
    result.push_back(part.extent);
    Sampling sampling;
    if (part.extent != input[axis] || part.ratio != 1) {
      auto found = samplingOf(n, mode, part, input[axis]);
      if (!found)
        return {};
      sampling = *found;
    }
    scales.push_back(sampling.scale);
    offsets.push_back(sampling.offset);
  }
  return n.make<graph::ResizeOp>(graph::tensorOf(result, elementOf(x)), *kind, x,
                                 ArrayRef<double>(scales), ArrayRef<double>(offsets));
}

SmallVector<AxisResize> unchanged(ArrayRef<AffineExpr> extents) {
  SmallVector<AxisResize> plan;
  for (AffineExpr extent : extents)
    plan.push_back({extent, 1});
  return plan;
}

// Upsample and Resize of opset 10: scales alone, coordinates i / scale.
Values upsample(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  SmallVector<double> scales;
  const Attribute *attribute = n.node.attribute("scales");
  if (attribute) {
    scales.assign(attribute->numbers.begin(), attribute->numbers.end());
  } else {
    auto given = n.constantNumbers(1, "scales");
    if (!given)
      return {};
    scales = *given;
  }
  Extents extents = extentsOf(x);
  if (scales.size() != extents.size())
    return n.fail("there are " + Twine(scales.size()) + " scales, expected one for each axis");
  auto plan = unchanged(extents);
  auto axes = llvm::to_vector<6>(llvm::seq<int64_t>(0, extents.size()));
  if (!planFromScales(n, scales, axes, extents, plan))
    return {};
  return {resized(n, x, plan, "asymmetric")};
}

Values resize(NodeContext &n) {
  Value x = n.input(0);
  if (!x)
    return {};
  Extents extents = extentsOf(x);
  auto axes = n.integersAttribute("axes").value_or(
      llvm::to_vector<6>(llvm::seq<int64_t>(0, extents.size())));
  for (int64_t &axis : axes) {
    auto checked = n.checkedAxis(axis, extents.size());
    if (!checked)
      return {};
    axis = *checked;
  }
  auto plan = unchanged(extents);
  bool bySizes = n.has(3) && typeOf(n.input(3)).getNumElements() > 0;
  if (bySizes) {
    auto sizes = n.shapeInput(3, "sizes");
    if (!sizes || sizes->size() != axes.size())
      return n.fail("sizes does not hold one number for each axis");
    if (!planFromSizes(n, *sizes, axes, extents, plan))
      return {};
  } else {
    auto scales = n.constantNumbers(2, "scales");
    if (!scales || scales->size() != axes.size())
      return n.fail("scales does not hold one number for each axis");
    if (!planFromScales(n, *scales, axes, extents, plan))
      return {};
  }
  return {resized(n, x, plan, n.text("coordinate_transformation_mode", "half_pixel"))};
}

} // namespace

llvm::ArrayRef<OpRow> resizeOps() {
  static constexpr OpRow rows[] = {
      {"Upsample", 7, 9, upsample},
      {"Resize", 10, 10, upsample},
      {"Resize", 11, kLastOpset, resize},
  };
  return rows;
}

} // namespace mdc::importer
