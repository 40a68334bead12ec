#include "runtime/exec/Padding.h"

#include <algorithm>
#include <cstring>

namespace mdc::exec {

uint64_t elementCount(std::span<const int64_t> shape) {
  uint64_t count = 1;
  for (int64_t extent : shape)
    count *= static_cast<uint64_t>(extent);
  return count;
}

bool isPrefix(std::span<const int64_t> inner, std::span<const int64_t> outer) {
  bool seenLongAxis = false;
  for (size_t axis = 0; axis < outer.size(); ++axis) {
    if (seenLongAxis && inner[axis] != outer[axis])
      return false;
    seenLongAxis = seenLongAxis || outer[axis] > 1;
  }
  return true;
}

void copyCommonBlock(std::byte *to, std::span<const int64_t> toShape, const std::byte *from,
                     std::span<const int64_t> fromShape, size_t elementBytes) {
  if (std::equal(toShape.begin(), toShape.end(), fromShape.begin())) {
    std::memcpy(to, from, elementCount(toShape) * elementBytes);
    return;
  }
  size_t toStride = elementCount(toShape.subspan(1)) * elementBytes;
  size_t fromStride = elementCount(fromShape.subspan(1)) * elementBytes;
  int64_t common = std::min(toShape[0], fromShape[0]);
  if (toStride == fromStride &&
      std::equal(toShape.begin() + 1, toShape.end(), fromShape.begin() + 1)) {
    std::memcpy(to, from, static_cast<size_t>(common) * toStride);
    return;
  }
  for (int64_t index = 0; index < common; ++index)
    copyCommonBlock(to + index * toStride, toShape.subspan(1), from + index * fromStride,
                    fromShape.subspan(1), elementBytes);
}

} // namespace mdc::exec
