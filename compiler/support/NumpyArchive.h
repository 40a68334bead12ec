// Arrays from .npz files: test inputs and outputs, calibration and validation sets.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc {

/// One dense row-major array.
struct NumpyArray {
  std::string name;
  char kind = 'f';        ///< numpy's: f float, i signed, u unsigned, b boolean
  unsigned itemBytes = 4; ///< 1, 2, 4 or 8
  std::vector<int64_t> extents;
  std::vector<char> bytes;

  int64_t elementCount() const;
  bool isFloat() const { return kind == 'f'; }
  /// Element `index` as a double; an int64 past 2^53 loses its lowest bits.
  double element(int64_t index) const;
  /// "float32 [1, 10]".
  std::string typeText() const;
};

/// All arrays of an .npz, sorted by name. None and one error if the file is damaged or holds an
/// array that is not little-endian, row-major and numeric.
std::optional<std::vector<NumpyArray>> readNpz(const std::string &path, Diagnostics &diagnostics);

/// The array of a .npy file, without a name. None and one error as for readNpz.
std::optional<NumpyArray> readNpy(const std::string &path, Diagnostics &diagnostics);

/// Writes the arrays uncompressed, in their order; equal arrays give equal bytes. Missing parent
/// folders are made, and the file is there whole or not at all. False and one error otherwise.
bool writeNpz(const std::string &path, llvm::ArrayRef<NumpyArray> arrays, Diagnostics &diagnostics);

} // namespace mdc
