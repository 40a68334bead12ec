// Tensor bytes that lie in files beside the model, mapped and never copied.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mdc::importer {

/// The key-value pairs of TensorProto.external_data that matter.
struct ExternalPlace {
  std::string file; ///< relative to the model's folder
  uint64_t offsetBytes = 0;
  std::optional<uint64_t> lengthBytes; ///< none: to the end of the file
};

class ExternalData {
public:
  explicit ExternalData(llvm::StringRef modelPath);

  /// The bytes at a place, which must hold `expectedBytes`; on failure nothing, and `problem` says
  /// why.
  std::optional<llvm::ArrayRef<char>> bytesAt(const ExternalPlace &place, uint64_t expectedBytes,
                                              std::string &problem);

  /// The paths of all files that were opened, sorted.
  std::vector<std::string> files() const;

private:
  const llvm::MemoryBuffer *open(llvm::StringRef file, std::string &problem);

  std::string folder;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> opened; ///< null: could not be opened
};

} // namespace mdc::importer
