#include "runtime/cuda/TensorMaps.h"

#include <algorithm>

namespace mdc::cuda {
namespace {

constexpr uint32_t rank = 4;

struct alignas(MDC_CUDA_MAP_ALIGNMENT) Encoded {
  uint64_t words[MDC_CUDA_MAP_BYTES / sizeof(uint64_t)];
};

struct Element {
  int driverType;
  uint64_t bytes;
};
Element elementOf(const MdcCudaMap &map) {
  if (map.type == MDC_U8)
    return {tensorUint8, 1};
  return {map.type == MDC_F16 ? tensorFloat16 : tensorBfloat16, 2};
}

uint64_t numberOf(int64_t number, std::span<const int64_t> values) {
  return static_cast<uint64_t>(number < 0 ? values[static_cast<size_t>(-1 - number)] : number);
}

Encoded encode(const Driver &driver, const MdcCudaMap &map, Address operand,
               std::span<const int64_t> values) {
  const Element element = elementOf(map);
  // The driver takes no empty axis; of a product without any depth no tile is copied.
  uint64_t extents[rank], strideBytes[rank - 1];
  for (uint32_t axis = 0; axis < rank; ++axis)
    extents[axis] = std::max<uint64_t>(numberOf(map.extents[axis], values), 1);
  for (uint32_t axis = 0; axis + 1 < rank; ++axis)
    strideBytes[axis] = numberOf(map.strides[axis], values) * element.bytes;
  const uint32_t box[rank] = {map.box[0], map.box[1], 1, 1}, elementStrides[rank] = {1, 1, 1, 1};
  Encoded encoded = {};
  driver.check(driver.tensorMapEncodeTiled(&encoded, element.driverType, rank,
                                           reinterpret_cast<void *>(operand), extents, strideBytes,
                                           box, elementStrides, tensorInterleaveNone,
                                           tensorSwizzle128B, tensorPromote256B, tensorFillZeros),
               "preparing a tensor map");
  return encoded;
}

} // namespace

void appendTensorMaps(const Driver &driver, const MdcCudaLaunch &launch,
                      std::span<const int64_t> values, std::vector<uint64_t> &words) {
  constexpr size_t alignment = MDC_CUDA_MAP_ALIGNMENT / sizeof(uint64_t);
  words.resize((words.size() + alignment - 1) / alignment * alignment);
  for (uint32_t index = 0; index < launch.mapCount; ++index) {
    const MdcCudaMap &map = launch.maps[index];
    const Encoded encoded = encode(driver, map, words[map.operand], values);
    words.insert(words.end(), std::begin(encoded.words), std::end(encoded.words));
  }
}

} // namespace mdc::cuda
