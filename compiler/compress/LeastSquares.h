// Closed-form least squares of one layer: weights that keep to a mask or to a grid of integers and
// reproduce the dense layer's outputs on calibration data X [samples, depth] as well as they can.
//
// A layer is its weights w [outputs][depth], row-major. X enters only as its Gram matrix X^T X
// [depth][depth]; the error of a row is (w - dense)^T X^T X (w - dense) = |X w - X dense|^2.
// `damping`, a share of the Gram's mean diagonal, is added to the diagonal: it keeps a degenerate
// Gram solvable and, where the data decide nothing, holds a weight at its dense value.
//
// Sources: Hassibi and Stork, Optimal Brain Surgeon (1993); Frantar and Alistarh, SparseGPT (2023)
// and, for integers, GPTQ (2022).
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mdc::compress {

// Deeper layers are not reconstructed: the factor takes depth^3 / 3 multiply-adds and its matrix
// 8 * depth^2 bytes (half a minute and 170 MB at the limit). A 3x3 convolution of 512 channels is
// just within it.
inline constexpr int64_t kLargestDepth = 4608;

// Above this many multiply-adds (some ten seconds) the supports of a layer's outputs are no longer
// solved one by one: a sweep shares one factor among all outputs.
inline constexpr double kExactBudget = 2e10;

struct LeastSquaresOptions {
  double damping = 1e-4;
  double exactBudget = kExactBudget;
};

enum class Solved { Exactly, BySweep, TooDeep, NotFinite };

// The non-zero entries of `weights` are the support, which stays; their values become those that
// minimize the error against `dense`. Exactly: one solve for each group of neighbouring outputs of
// one support. BySweep: each removed weight's error is made good by the weights behind it, in the
// order of falling diagonal. TooDeep, NotFinite (the Gram): nothing changes.
Solved reconstructMasked(llvm::MutableArrayRef<float> weights, llvm::ArrayRef<float> dense,
                         llvm::ArrayRef<float> gram, const LeastSquaresOptions &options = {});

// Integers in [-highest, highest] whose products with `scales` (one for each output, or a single
// one) minimize the error against `weights`, by the same sweep: a rounding error is made good by
// the weights behind it. Empty when the layer is too deep or the Gram not finite. Zero weights stay
// zero if `keepZeros`.
std::vector<int8_t> reconstructQuantized(llvm::ArrayRef<float> weights, llvm::ArrayRef<float> gram,
                                         llvm::ArrayRef<float> scales, bool keepZeros = false,
                                         int highest = 127,
                                         const LeastSquaresOptions &options = {});

// Sum over the outputs of |X w - X dense|^2.
double outputError(llvm::ArrayRef<float> weights, llvm::ArrayRef<float> dense,
                   llvm::ArrayRef<float> gram);

} // namespace mdc::compress
