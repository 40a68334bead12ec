// Integers by constant scales and zero points, as operands and results of a node.
#pragma once

#include "compiler/import/NodeContext.h"

namespace mdc::importer {

/// Operands first..first+2 (integers, scale, zero point) as the numbers they stand for; null where
/// the parameters are not constant. `axis`: of the integers, where there are several scales.
Value dequantizedInput(NodeContext &n, size_t first, int64_t axis = 0);

/// i32 by the scale that is the product of those of operands `left` and `right`, with zero point 0.
/// Both are constant, one scale or one for each of the bias' numbers.
Value dequantizedBias(NodeContext &n, Value bias, size_t left, size_t right);

/// Whether operands scale and scale+1, which a result is quantized by, are constants of one value.
bool hasConstantResult(NodeContext &n, size_t scale);

/// The result by them; null where they are not.
Value quantizedResult(NodeContext &n, Value numbers, size_t scale);

} // namespace mdc::importer
