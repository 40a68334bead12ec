#include "runtime/base/Npz.h"

#include "runtime/base/Zip.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mdc::base {
namespace {

// A whole file, mapped read-only.
class MappedFile {
public:
  bool open(const std::string &path, std::string &error) {
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat facts{};
    if (file >= 0 && fstat(file, &facts) == 0 && S_ISDIR(facts.st_mode))
      errno = EISDIR;
    else if (file >= 0 && facts.st_size > 0)
      map(file, static_cast<size_t>(facts.st_size));
    else if (file >= 0)
      errno = ENODATA;
    int reason = errno;
    if (file >= 0)
      ::close(file);
    if (bytes_.empty())
      error = "could not read '" + path + "': " + std::strerror(reason);
    return !bytes_.empty();
  }
  ~MappedFile() {
    if (!bytes_.empty())
      munmap(const_cast<std::byte *>(bytes_.data()), bytes_.size());
  }
  std::span<const std::byte> bytes() const { return bytes_; }

private:
  void map(int file, size_t size) {
    void *start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (start != MAP_FAILED)
      bytes_ = {static_cast<const std::byte *>(start), size};
  }

  std::span<const std::byte> bytes_;
};

std::span<const std::byte> asBytes(const std::string &text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace

bool readNpz(const std::string &path, std::vector<Array> &arrays, std::string &error) {
  MappedFile file;
  if (!file.open(path, error))
    return false;
  std::vector<ZipMember> members;
  if (!listZip(file.bytes(), members, error)) {
    error = "could not read '" + path + "': " + error;
    return false;
  }
  for (const ZipMember &member : members) {
    if (!member.name.ends_with(".npy"))
      continue;
    Array array;
    array.name = member.name.substr(0, member.name.size() - 4);
    std::vector<std::byte> contents;
    if (!readZip(file.bytes(), member, contents, error)) {
      error = "could not read '" + path + "': " + error;
      return false;
    }
    if (!parseNpy(contents, array, error)) {
      error = "array '" + array.name + "' of '" + path + "' " + error;
      return false;
    }
    arrays.push_back(std::move(array));
  }
  return true;
}

bool readNpyFile(const std::string &path, Array &array, std::string &error) {
  MappedFile file;
  if (!file.open(path, error))
    return false;
  if (parseNpy(file.bytes(), array, error))
    return true;
  error = "'" + path + "' " + error;
  return false;
}

bool writeNpz(const std::string &path, std::span<const ArrayView> arrays, std::string &error) {
  // A device or pipe cannot be renamed onto; it is written in place.
  struct stat facts{};
  bool inPlace = stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode);
  std::string partial = inPlace ? path : path + ".partial";
  std::FILE *file = std::fopen(partial.c_str(), "wbe");
  bool written = file != nullptr;
  if (file) {
    ZipWriter archive(file);
    for (const ArrayView &array : arrays) {
      std::string header = npyHeader(array.type, array.shape);
      written = written && archive.add(array.name + ".npy", asBytes(header), array.bytes);
    }
    written = written && archive.finish();
    written = std::fclose(file) == 0 && written;
  }
  if (written && !inPlace)
    written = std::rename(partial.c_str(), path.c_str()) == 0;
  if (!written) {
    error = "could not write '" + path + "': " + std::strerror(errno);
    if (file && !inPlace)
      std::remove(partial.c_str());
  }
  return written;
}

} // namespace mdc::base
