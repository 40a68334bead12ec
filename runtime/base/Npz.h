// .npy and .npz files.
#pragma once

#include "runtime/base/Npy.h"

namespace mdc::base {

// Every array of an archive written by numpy.savez or savez_compressed, named as there. False and
// one sentence that names the file and the array.
bool readNpz(const std::string &path, std::vector<Array> &arrays, std::string &error);
bool readNpyFile(const std::string &path, Array &array, std::string &error);

// What writeNpz takes: a view of an array.
struct ArrayView {
  std::string name;
  uint32_t type = 0; // MdcType
  std::span<const int64_t> shape;
  std::span<const std::byte> bytes;
};

// Writes beside `path` and renames, so the file is there whole or not at all.
bool writeNpz(const std::string &path, std::span<const ArrayView> arrays, std::string &error);

} // namespace mdc::base
