// The weights of a model as one stream of aligned tensors; the layout is in the README.
#pragma once

#include "compiler/package/OutputFile.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace mdc::package {

// Tensors are written as they come, never held: a model of gigabytes takes only this writer's own
// buffer. The same calls give the same bytes.
class WeightBlobWriter {
public:
  WeightBlobWriter(const std::string &path, Diagnostics &diagnostics);

  // Offset of the tensor in the blob, a multiple of MDC_ALIGNMENT. A tensor whose bytes came before
  // (SHA-256 and length) is not written again: its earlier offset is returned.
  uint64_t append(const void *data, size_t bytes);

  // Size of the blob: every tensor with its slack, whole cache lines.
  uint64_t blobBytes() const { return end_; }
  // What equal tensors saved.
  uint64_t sharedBytes() const { return sharedBytes_; }

  // Completes the file under its name; false after one error if anything could not be written.
  bool finish();

private:
  void buffered(const void *data, size_t bytes);
  void bufferedZeros(size_t count);
  void flush();

  OutputFile file_;
  std::string buffer_; // small tensors are gathered into large writes
  std::unordered_map<std::string, uint64_t> offsets_; // digest -> offset
  uint64_t end_ = 0;
  uint64_t sharedBytes_ = 0;
};

} // namespace mdc::package
