// The steps of mdc-integer-kernels.
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace mdc::lower {

// Moves work on bytes: dequantize sinks below them, quantize rises above them, so that pairs of
// equal parameters meet and vanish. Constants are quantized. i8 activations become ui8.
void addQuantizedMoves(mlir::RewritePatternSet &patterns);

// Products of dequantized values become sums of products of bytes.
void addIntegerProducts(mlir::RewritePatternSet &patterns);

// Notes graph.short_sums on products by constant bytes.
void noteShortSums(mlir::Operation *function);

// What is left of graph.quantize and graph.dequantize becomes arithmetic. Every reader of a
// dequantized value gets arithmetic of its own, since reading a byte again costs less than keeping
// a float.
void addQuantizedArithmetic(mlir::RewritePatternSet &patterns);

// The integers plus 128 as ui8, where `integers` is i8: the same numbers by a zero point that is
// 128 larger. With `free`, null where that would need arithmetic at run time.
mlir::Value asUnsigned(mlir::PatternRewriter &rewriter, mlir::Value integers, bool free);

} // namespace mdc::lower
