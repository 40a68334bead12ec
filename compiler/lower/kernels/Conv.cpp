#include "compiler/lower/kernels/Conv.h"

#include "compiler/lower/Packing.h"
#include "compiler/lower/SparseCost.h"
#include "compiler/lower/kernels/ConvEmitter.h"

using namespace mlir;

namespace mdc::lower {

static int64_t panelOf(const ConvShape &shape) {
  return convPanelChannels(shape.outChannels / shape.groups);
}

static Packing::Kind packingKind(const ConvShape &shape) {
  bool groups = shape.products == ConvProducts::Bytes;
  if (shape.depthwise())
    return groups ? Packing::Kind::DepthwiseGroups : Packing::Kind::Depthwise;
  if (shape.groupsTaps())
    return Packing::Kind::ConvTaps;
  return groups ? Packing::Kind::ConvGroups : Packing::Kind::Conv;
}

// Pixels that share an expanded panel, at the least: few panels are expanded for each part of the
// rows.
static int64_t sharedPixels(const ConvShape &shape) {
  if (shape.open())
    return std::numeric_limits<int64_t>::max();
  TiledAxis panels{shape.outChannels, panelOf(shape)};
  return panels.tiles() < 8 ? shape.pixels() / 4 : shape.pixels();
}

std::optional<ConvLayouts> convLayouts(graph::ConvOp root, graph::ConstantOp weight) {
  auto shape = convShape(root);
  if (!shape)
    return std::nullopt;
  Layout input, output;
  input.channelBlock = shape->depthwise() ? kLanes : shape->channelBlock();
  output.channelBlock = kLanes;
  input.borderValue = root.getPadValue();
  bool bordered = false;
  for (int axis = shape->flat ? 1 : 0; axis < 2; ++axis) {
    input.borderLow.push_back(shape->padLow[axis]);
    input.borderHigh.push_back(shape->reachHigh(axis));
    bordered |= shape->padLow[axis] || shape->reachHigh(axis);
  }
  if (!bordered)
    input = Layout{input.channelBlock, {}, {}, 0, ""};
  Packing packing;
  packing.kind = packingKind(*shape);
  packing.panel = panelOf(*shape);
  packing.channelBlock = input.channelBlock;
  if (weight && packing.kind == Packing::Kind::Conv && shape->products == ConvProducts::Floats)
    packing.bits = leavesOutZeros(weight, sparseBits(weight.getType(), packing),
                                  sharedPixels(*shape), sharedPixels(*shape));
  return ConvLayouts{layoutText(input), packingText(packing), layoutText(output)};
}

// Whether the region's layouts are those of convLayouts(), the border at least as wide.
static bool layoutsFit(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape) {
  if (!isa<BlockArgument>(root.getInput()) || !isa<BlockArgument>(root.getWeight()) ||
      !resultsFollow(emitter, root.getResult()))
    return false;
  Layout wanted = parseLayout(convLayouts(root)->input);
  const Layout &input = emitter.argumentLayout(root.getInput());
  auto [wantedLow, wantedHigh] = bordersOf(wanted, shape.flat);
  auto [low, high] = bordersOf(input, shape.flat);
  for (int axis = 0; axis < 2; ++axis)
    if (low[axis] < wantedLow[axis] || high[axis] < wantedHigh[axis])
      return false;
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    if (emitter.resultLayout(number).channelBlock != kLanes)
      return false;
  bool filled = wanted.borderLow.empty() || input.borderValue == wanted.borderValue;
  return filled && input.channelBlock == wanted.channelBlock;
}

LogicalResult emitConv(RegionEmitter &emitter, graph::ConvOp root) {
  auto shape = convShape(root);
  if (!shape || !layoutsFit(emitter, root, *shape))
    return failure();
  auto packing = parsePacking(emitter.argumentLayout(root.getWeight()).packing);
  if (!packing || packing->kind != packingKind(*shape))
    return failure();
  if (shape->depthwise())
    emitDepthwise(emitter, root);
  else
    ConvEmitter(emitter, root, *shape, *packing).emit();
  return success();
}

std::string convTileText(graph::ConvOp root, const Layout &input, const Layout &weight,
                         const Machine &machine) {
  auto packed = parsePacking(weight.packing);
  auto shape = convShape(root);
  if (!packed || !shape)
    return "";
  if (shape->depthwise())
    return "1x" + std::to_string(depthwiseColumns(machine, *shape).tile) + "x" +
           std::to_string(kLanes);
  PixelTile tile = convTiling(machine, *shape, packed->panel, joinable(*shape, input)).tile;
  return std::to_string(tile.height) + "x" + std::to_string(tile.width) + "x" +
         std::to_string(tile.vectors * kLanes) + (packed->bits ? " expanded" : "");
}

} // namespace mdc::lower
