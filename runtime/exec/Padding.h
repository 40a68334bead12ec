// Copies between a request's tensor and the larger one that a padded variant computes; both dense
// row-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mdc::exec {

uint64_t elementCount(std::span<const int64_t> shape);

// Whether the elements of `inner` come first in the same order in `outer`, so that no copy is
// needed: only the outermost axis longer than 1 differs. Ranks are equal and no extent of `inner`
// is larger.
bool isPrefix(std::span<const int64_t> inner, std::span<const int64_t> outer);

// Copies the block that both shapes have in common, from the corner at index 0. Ranks are equal.
void copyCommonBlock(std::byte *to, std::span<const int64_t> toShape, const std::byte *from,
                     std::span<const int64_t> fromShape, size_t elementBytes);

} // namespace mdc::exec
