// Operations of a whole warp on small matrices: ldmatrix and mma.
#pragma once

namespace mdc::emulator {

/// ldmatrix of `count` matrices; `result` holds as many 32-bit words.
void loadMatrices(void *result, const void *row, unsigned count, bool transposed);

enum class Element { F16, Bf16, Tf32, U8S8, S8U8, S8S8 };

/// Words of a lane: `left` 4, `right` 2, `sums` 4 in, `result` 4 out.
struct MultiplyOperands {
  const void *left, *right, *sums;
};
void multiply(Element element, void *result, const MultiplyOperands &operands);

} // namespace mdc::emulator
