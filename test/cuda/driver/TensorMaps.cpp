// Tensor maps, in a form that the emulator reads.
#include "State.h"
#include "test/cuda/emulator/TensorMap.h"

#include <cstring>

using mdc::emulator::TensorMap;

namespace {

constexpr unsigned rank = 4, lineBytes = 128;
enum : int { uint8 = 0, float16 = 6, bfloat16 = 9 };
enum : unsigned { swizzle128B = 3 };

bool isEncodable(const TensorMap &map) {
  bool fits = map.address % 16 == 0 && map.box[0] * map.elementBytes == lineBytes;
  for (unsigned axis = 0; axis < rank; ++axis)
    fits = fits && map.extents[axis] > 0 && map.box[axis] > 0 && map.box[axis] <= 256;
  for (uint64_t stride : map.strideBytes)
    fits = fits && stride % 16 == 0 && stride < uint64_t{1} << 40;
  return fits;
}

} // namespace

MDC_FAKE_API cuTensorMapEncodeTiled(void *map, int type, uint32_t axes, void *address,
                                    const uint64_t *extents, const uint64_t *strideBytes,
                                    const uint32_t *box, const uint32_t *elementStrides,
                                    unsigned interleave, unsigned swizzle, unsigned,
                                    unsigned fill) {
  MDC_FAKE_ENTER(initialization);
  if (reinterpret_cast<uintptr_t>(map) % 64 ||
      (type != uint8 && type != float16 && type != bfloat16) || axes != rank || interleave != 0 ||
      swizzle != swizzle128B || fill != 0)
    return mdc::fake::invalidValue;
  TensorMap made = {mdc::emulator::tensorMapMark,
                    reinterpret_cast<uint64_t>(address),
                    type == uint8 ? 1u : 2u,
                    {},
                    {},
                    {}};
  for (unsigned axis = 0; axis < rank; ++axis) {
    if (extents[axis] > UINT32_MAX || elementStrides[axis] != 1)
      return mdc::fake::invalidValue;
    made.extents[axis] = static_cast<uint32_t>(extents[axis]);
    made.box[axis] = box[axis];
  }
  std::memcpy(made.strideBytes, strideBytes, sizeof(made.strideBytes));
  if (!isEncodable(made))
    return mdc::fake::invalidValue;
  std::memcpy(map, &made, sizeof(made));
  return mdc::fake::success;
}
