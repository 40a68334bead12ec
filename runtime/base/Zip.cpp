// Layout after PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3. All fields are little-endian.
#include "runtime/base/Zip.h"

#include <algorithm>
#include <cstring>
#include <zlib.h>

namespace mdc::base {
namespace {

constexpr uint32_t localMagic = 0x04034b50;
constexpr uint32_t centralMagic = 0x02014b50;
constexpr uint32_t endMagic = 0x06054b50;
constexpr uint32_t end64Magic = 0x06064b50;
constexpr uint32_t locator64Magic = 0x07064b50;
constexpr uint64_t localBytes = 30, centralBytes = 46, endBytes = 22, end64Bytes = 56;
constexpr uint64_t locator64Bytes = 20;
constexpr uint16_t extra64 = 1; // id of the ZIP64 extra field
constexpr uint32_t inExtra64 = 0xffffffff;

template <class T> T load(std::span<const std::byte> file, uint64_t offset) {
  T value;
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return value;
}

bool holds(std::span<const std::byte> file, uint64_t offset, uint64_t bytes) {
  return offset <= file.size() && bytes <= file.size() - offset;
}

struct Directory {
  uint64_t offset = 0, count = 0;
};

bool findDirectory(std::span<const std::byte> file, Directory &directory, std::string &error) {
  error = "it is not a zip archive, as .npz files are, or it is cut off";
  if (file.size() < endBytes)
    return false;
  // A comment of up to 64 KiB may follow the end record.
  uint64_t end = file.size() - endBytes;
  uint64_t lowest = end > 0xffff ? end - 0xffff : 0;
  while (load<uint32_t>(file, end) != endMagic)
    if (end-- == lowest)
      return false;
  directory = {load<uint32_t>(file, end + 16), load<uint16_t>(file, end + 10)};
  if (end < locator64Bytes || load<uint32_t>(file, end - locator64Bytes) != locator64Magic)
    return true;
  uint64_t end64 = load<uint64_t>(file, end - locator64Bytes + 8);
  if (!holds(file, end64, end64Bytes) || load<uint32_t>(file, end64) != end64Magic)
    return false;
  directory = {load<uint64_t>(file, end64 + 48), load<uint64_t>(file, end64 + 32)};
  return true;
}

// Sizes and offset that do not fit 32 bits stand in the extra field, in this order.
void readExtra64(std::span<const std::byte> extra, ZipMember &member) {
  while (extra.size() >= 4) {
    uint16_t id = load<uint16_t>(extra, 0), bytes = load<uint16_t>(extra, 2);
    if (bytes > extra.size() - 4)
      return;
    std::span<const std::byte> field = extra.subspan(4, bytes);
    extra = extra.subspan(4 + bytes);
    if (id != extra64)
      continue;
    for (uint64_t *value : {&member.bytes, &member.packedBytes, &member.headerOffset})
      if (*value == inExtra64 && field.size() >= 8) {
        *value = load<uint64_t>(field, 0);
        field = field.subspan(8);
      }
  }
}

bool readEntry(std::span<const std::byte> file, uint64_t &offset, ZipMember &member,
               std::string &error) {
  error = "its directory is damaged";
  if (!holds(file, offset, centralBytes) || load<uint32_t>(file, offset) != centralMagic)
    return false;
  uint16_t flags = load<uint16_t>(file, offset + 8);
  uint64_t nameBytes = load<uint16_t>(file, offset + 28);
  uint64_t extraBytes = load<uint16_t>(file, offset + 30);
  uint64_t commentBytes = load<uint16_t>(file, offset + 32);
  if (!holds(file, offset + centralBytes, nameBytes + extraBytes + commentBytes))
    return false;
  member.method = load<uint16_t>(file, offset + 10);
  member.crc32 = load<uint32_t>(file, offset + 16);
  member.packedBytes = load<uint32_t>(file, offset + 20);
  member.bytes = load<uint32_t>(file, offset + 24);
  member.headerOffset = load<uint32_t>(file, offset + 42);
  member.name.assign(reinterpret_cast<const char *>(file.data() + offset + centralBytes),
                     nameBytes);
  readExtra64(file.subspan(offset + centralBytes + nameBytes, extraBytes), member);
  offset += centralBytes + nameBytes + extraBytes + commentBytes;
  if (flags & 1) {
    error = "member '" + member.name + "' is encrypted";
    return false;
  }
  return true;
}

bool inflateRaw(std::span<const std::byte> packed, std::span<std::byte> contents) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  // zlib counts in 32 bits, members may be larger.
  constexpr uint64_t most = 1u << 30;
  int state = Z_OK;
  uint64_t read = 0, written = 0;
  while (state == Z_OK) {
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<std::byte *>(packed.data() + read));
    stream.avail_in = static_cast<uInt>(std::min(most, packed.size() - read));
    stream.next_out = reinterpret_cast<Bytef *>(contents.data() + written);
    stream.avail_out = static_cast<uInt>(std::min(most, contents.size() - written));
    uInt readable = stream.avail_in, writable = stream.avail_out;
    state = inflate(&stream, Z_NO_FLUSH);
    read += readable - stream.avail_in;
    written += writable - stream.avail_out;
    if (readable == stream.avail_in && writable == stream.avail_out)
      break; // no progress: cut off or longer than announced
  }
  inflateEnd(&stream);
  return state == Z_STREAM_END && written == contents.size();
}

uint32_t crcOf(uint32_t crc, std::span<const std::byte> bytes) {
  if (bytes.empty()) // zlib takes the null pointer of no bytes as a request to begin anew
    return crc;
  return static_cast<uint32_t>(
      crc32_z(crc, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

} // namespace

bool listZip(std::span<const std::byte> file, std::vector<ZipMember> &members, std::string &error) {
  Directory directory;
  if (!findDirectory(file, directory, error))
    return false;
  uint64_t offset = directory.offset;
  for (uint64_t index = 0; index < directory.count; ++index) {
    ZipMember member;
    if (!readEntry(file, offset, member, error))
      return false;
    members.push_back(std::move(member));
  }
  error.clear();
  return true;
}

bool readZip(std::span<const std::byte> file, const ZipMember &member,
             std::vector<std::byte> &contents, std::string &error) {
  error = "member '" + member.name + "' is damaged or cut off";
  if (!holds(file, member.headerOffset, localBytes) ||
      load<uint32_t>(file, member.headerOffset) != localMagic)
    return false;
  uint64_t start = member.headerOffset + localBytes +
                   load<uint16_t>(file, member.headerOffset + 26) +
                   load<uint16_t>(file, member.headerOffset + 28);
  if (!holds(file, start, member.packedBytes))
    return false;
  std::span<const std::byte> packed = file.subspan(start, member.packedBytes);
  // Deflate shrinks at most 1032-fold; a larger claim must not make us allocate it.
  if (member.bytes / 1032 > member.packedBytes + 1)
    return false;
  if (member.method == 0 && member.packedBytes == member.bytes) {
    contents.assign(packed.begin(), packed.end());
  } else if (member.method == 8) {
    contents.resize(member.bytes);
    if (!inflateRaw(packed, contents))
      return false;
  } else {
    error = "member '" + member.name + "' uses zip method " + std::to_string(member.method) +
            ", expected 0 (stored) or 8 (deflated)";
    return false;
  }
  if (crcOf(0, contents) != member.crc32)
    return false;
  error.clear();
  return true;
}

namespace {

// Appends little-endian fields to a record.
class Record {
public:
  template <class T> Record &put(T value) {
    const auto *bytes = reinterpret_cast<const std::byte *>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof(T));
    return *this;
  }
  Record &put(const std::string &text) {
    const auto *bytes = reinterpret_cast<const std::byte *>(text.data());
    bytes_.insert(bytes_.end(), bytes, bytes + text.size());
    return *this;
  }
  const void *data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }

private:
  std::vector<std::byte> bytes_;
};

constexpr uint16_t version45 = 45;       // ZIP64 needs it
constexpr uint16_t utf8Names = 1u << 11; // general purpose flag
constexpr uint32_t january1980 = 0x00210000;

} // namespace

bool ZipWriter::write(const void *bytes, size_t count) {
  offset_ += count;
  return count == 0 || std::fwrite(bytes, 1, count, file_) == count;
}

bool ZipWriter::add(const std::string &name, std::span<const std::byte> head,
                    std::span<const std::byte> body) {
  ZipMember member;
  member.name = name;
  member.crc32 = crcOf(crcOf(0, head), body);
  member.bytes = member.packedBytes = head.size() + body.size();
  member.headerOffset = offset_;
  Record local;
  local.put(localMagic).put(version45).put(utf8Names).put(uint16_t{0}).put(january1980);
  local.put(member.crc32).put(inExtra64).put(inExtra64);
  local.put(static_cast<uint16_t>(name.size())).put(uint16_t{20}).put(name);
  local.put(extra64).put(uint16_t{16}).put(member.bytes).put(member.packedBytes);
  members_.push_back(member);
  return write(local.data(), local.size()) && write(head.data(), head.size()) &&
         write(body.data(), body.size());
}

bool ZipWriter::finish() {
  uint64_t directoryOffset = offset_;
  for (const ZipMember &member : members_) {
    Record entry;
    entry.put(centralMagic).put(version45).put(version45).put(utf8Names).put(uint16_t{0});
    entry.put(january1980).put(member.crc32).put(inExtra64).put(inExtra64);
    entry.put(static_cast<uint16_t>(member.name.size())).put(uint16_t{28});
    entry.put(uint16_t{0}).put(uint16_t{0}).put(uint16_t{0}).put(uint32_t{0}).put(inExtra64);
    entry.put(member.name).put(extra64).put(uint16_t{24});
    entry.put(member.bytes).put(member.packedBytes).put(member.headerOffset);
    if (!write(entry.data(), entry.size()))
      return false;
  }
  uint64_t end64Offset = offset_, directoryBytes = offset_ - directoryOffset;
  uint64_t count = members_.size();
  Record end;
  end.put(end64Magic).put(end64Bytes - 12).put(version45).put(version45);
  end.put(uint32_t{0}).put(uint32_t{0}).put(count).put(count);
  end.put(directoryBytes).put(directoryOffset);
  end.put(locator64Magic).put(uint32_t{0}).put(end64Offset).put(uint32_t{1});
  end.put(endMagic).put(uint16_t{0}).put(uint16_t{0}).put(uint16_t{0xffff}).put(uint16_t{0xffff});
  end.put(inExtra64).put(inExtra64).put(uint16_t{0});
  return write(end.data(), end.size()) && std::fflush(file_) == 0;
}

} // namespace mdc::base
