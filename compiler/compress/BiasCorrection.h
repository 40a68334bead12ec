// The mean error of rounding a layer's weights leaves its output through its bias.
#pragma once

#include "compiler/compress/ByteWeights.h"

namespace mdc::compress {

/// Takes what rounding adds on average off the bias of a convolution, or off the constant that is
/// added to a product; without one there is one afterwards. Nothing changes where the op has no
/// `graph.channel_mean` or its bias is no constant. Call before the weight is replaced.
void correctBias(const ByteLayer &each);

} // namespace mdc::compress
