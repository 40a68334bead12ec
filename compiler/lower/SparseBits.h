// Packed panels without their zeros: a bit for each element, and the elements that are not zero.
// Smaller than the panels from a few zeros on; a kernel expands the panel that it is about to use
// (kernels/ExpandedPanel.h) and multiplies it like a dense one.
//   sparse-bits:PACKING   any packing of f32 in panels (Packing.h)
// In memory, in words of 32 bits, each part filled up to 16 of them:
//   first value of each panel | a bit for each element, lowest first | the values, and 16 zeros,
// so that whole vectors can be read from any value on.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace mdc::lower {

// Words before the values.
struct SparseBits {
  int64_t panels = 1;
  int64_t panelElements = 16; // a multiple of 16

  int64_t startWords() const { return (panels + 15) / 16 * 16; }
  int64_t bitWords() const { return (panels * panelElements + 511) / 512 * 16; }
};

// `elements`: those of all panels.
std::vector<char> leaveOutZeros(llvm::ArrayRef<float> elements, const SparseBits &bits);

} // namespace mdc::lower
