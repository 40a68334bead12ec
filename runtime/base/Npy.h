// NumPy's array format, versions 1 to 3 (numpy.lib.format): one array of a plain numeric type in C
// order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mdc::base {

// A dense row-major array; `bytes` is as long as shape and type say.
struct Array {
  std::string name;
  uint32_t type = 0; // MdcType
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;
};

// Fills type, shape and bytes of `array` from a .npy file's contents. False and one sentence for a
// type that no tensor has (text, objects, complex, big-endian), Fortran order or a cut-off file.
bool parseNpy(std::span<const std::byte> file, Array &array, std::string &error);

// Magic, version 1.0 and header dictionary of a .npy file, padded to a multiple of 64 bytes; the
// array's bytes follow. BF16, which NumPy lacks, is written as '|V2', as the ml_dtypes package
// does.
std::string npyHeader(uint32_t type, std::span<const int64_t> shape);

} // namespace mdc::base
