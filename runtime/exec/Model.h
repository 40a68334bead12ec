// The model that is linked into this executable: its signature, its weights and its manifest.
#pragma once

#include "mdc/abi.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mdc::exec {

// Bytes of one element; 0 for a value that is not an MdcType.
size_t typeBytes(uint32_t type);
// Open Inference Protocol name ("FP32", "INT64", "BOOL", ...).
std::string_view typeName(uint32_t type);
// 0 for an unknown name.
uint32_t typeFromName(std::string_view name);

// Weights and manifest of an executable, mapped read-only from the file itself.
class Model {
public:
  // Maps `path` (default: /proc/self/exe). On failure returns false and sets `error` to one
  // sentence: missing trailer (a stripped binary), wrong ABI version, truncated file.
  bool open(const MdcModel &table, const std::string &path, std::string &error);
  ~Model();
  Model() = default;
  Model(const Model &) = delete;
  Model &operator=(const Model &) = delete;

  const MdcModel &table() const { return *table_; }
  const std::byte *weights() const { return weights_; }
  std::string_view manifest() const { return manifest_; }
  // Recomputes both digests of the file; false and one sentence that names the damaged part.
  bool verify(std::string &error) const;

private:
  const MdcModel *table_ = nullptr;
  const std::byte *file_ = nullptr; // whole mapping
  size_t fileBytes_ = 0;
  const std::byte *weights_ = nullptr;
  std::string_view manifest_;
};

} // namespace mdc::exec
