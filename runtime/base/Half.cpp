#include "runtime/base/Half.h"

#include <bit>
#include <immintrin.h>

namespace mdc::base {

// F16C belongs to x86-64-v3, the runtime's baseline.
uint16_t floatToHalf(float value) { return _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT); }

float halfToFloat(uint16_t half) { return _cvtsh_ss(half); }

uint16_t floatToBfloat16(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000)
    return static_cast<uint16_t>(bits >> 16) | 0x40; // keep a NaN a NaN
  return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float bfloat16ToFloat(uint16_t value) {
  return std::bit_cast<float>(static_cast<uint32_t>(value) << 16);
}

} // namespace mdc::base
