#include "compiler/package/WeightBlob.h"

#include "compiler/support/Files.h"

#include "mdc/abi.h"

namespace mdc::package {

static constexpr size_t bufferBytes = 4 << 20;

WeightBlobWriter::WeightBlobWriter(const std::string &path, Diagnostics &diagnostics)
    : file_(path, diagnostics) {
  buffer_.reserve(bufferBytes);
}

void WeightBlobWriter::flush() {
  file_.write(buffer_);
  buffer_.clear();
}

void WeightBlobWriter::buffered(const void *data, size_t bytes) {
  if (buffer_.size() + bytes > bufferBytes)
    flush();
  if (bytes > bufferBytes)
    file_.write(data, bytes);
  else
    buffer_.append(static_cast<const char *>(data), bytes);
  end_ += bytes;
}

void WeightBlobWriter::bufferedZeros(size_t count) {
  static constexpr char zeros[MDC_ALIGNMENT + MDC_SLACK] = {};
  buffered(zeros, count);
}

uint64_t WeightBlobWriter::append(const void *data, size_t bytes) {
  std::string digest = sha256Hex({static_cast<const char *>(data), bytes});
  auto [known, isNew] = offsets_.try_emplace(digest + ':' + std::to_string(bytes), end_);
  if (!isNew) {
    sharedBytes_ += bytes;
    return known->second;
  }
  uint64_t offset = end_;
  buffered(data, bytes);
  // The next tensor starts on a cache line with at least MDC_SLACK bytes in between; 16 bytes of a
  // weight may thus cost two lines, which is nothing beside the tensors that carry a model's size.
  uint64_t withSlack = end_ + MDC_SLACK;
  uint64_t aligned = (withSlack + MDC_ALIGNMENT - 1) / MDC_ALIGNMENT * MDC_ALIGNMENT;
  bufferedZeros(size_t(aligned - end_));
  return offset;
}

bool WeightBlobWriter::finish() {
  flush();
  return file_.commit();
}

} // namespace mdc::package
