// Direct convolution of f32 or bytes: register tiles of pixels times output channels, over input
// whose channels lie in blocks and whose border was written by the producer.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include "compiler/lower/kernels/ConvShape.h"
#include "compiler/lower/kernels/MultiplyAdd.h"
#include <optional>
#include <string>

namespace mdc::lower {

struct ConvLayouts {
  std::string input, weight, output;
};

// The layouts that the kernel wants; nothing where the plain loops must do it. A wider border on
// the input is welcome. `weight`: the numbers, null where they do not matter.
std::optional<ConvLayouts> convLayouts(graph::ConvOp root, graph::ConstantOp weight = {});

// Emits the region around `root`. Fails, before anything is emitted, where the layouts are others
// than convLayouts() names or the input is computed in the region.
mlir::LogicalResult emitConv(RegionEmitter &emitter, graph::ConvOp root);

// Pixels x channels of the register tile ("1x14x32"); empty for the plain loops.
std::string convTileText(graph::ConvOp root, const Layout &input, const Layout &weight,
                         const Machine &machine);

// The columns of a depthwise convolution in tiles.
TiledAxis depthwiseColumns(const Machine &machine, const ConvShape &shape);

// The part for one input channel per output channel; called by emitConv.
void emitDepthwise(RegionEmitter &emitter, graph::ConvOp root);

} // namespace mdc::lower
