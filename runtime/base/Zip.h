// The subset of the ZIP format that .npz files use: stored and deflated members, ZIP64 sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace mdc::base {

struct ZipMember {
  std::string name;
  uint16_t method = 0; // 0 stored, 8 deflated
  uint32_t crc32 = 0;
  uint64_t packedBytes = 0;
  uint64_t bytes = 0;
  uint64_t headerOffset = 0; // of the local header
};

// Members in the order of the central directory. False and one sentence when `file` is no ZIP
// archive, is cut off or uses a feature that .npz files do not (encryption, several disks).
bool listZip(std::span<const std::byte> file, std::vector<ZipMember> &members, std::string &error);

// Contents of one member, checked against its size and CRC.
bool readZip(std::span<const std::byte> file, const ZipMember &member,
             std::vector<std::byte> &contents, std::string &error);

// Writes stored members with a fixed time stamp, so equal contents give equal archives.
class ZipWriter {
public:
  // `file` stays the caller's; it must be empty and seekable.
  explicit ZipWriter(std::FILE *file) : file_(file) {}
  // One member whose contents are `head` followed by `body`.
  bool add(const std::string &name, std::span<const std::byte> head,
           std::span<const std::byte> body);
  // Writes the central directory; nothing may follow.
  bool finish();

private:
  bool write(const void *bytes, size_t count);

  std::FILE *file_;
  uint64_t offset_ = 0;
  std::vector<ZipMember> members_;
};

} // namespace mdc::base
