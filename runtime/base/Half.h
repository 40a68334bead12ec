// The two 16-bit float formats, as bit patterns.
#pragma once

#include <cstdint>

namespace mdc::base {

// IEEE 754 binary16, rounded to nearest even; overflow becomes infinity, NaN stays NaN.
uint16_t floatToHalf(float value);
float halfToFloat(uint16_t half);
// bfloat16, rounded to nearest even.
uint16_t floatToBfloat16(float value);
float bfloat16ToFloat(uint16_t value);

} // namespace mdc::base
