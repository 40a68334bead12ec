#include "compiler/package/OutputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace mdc::package {

OutputFile::OutputFile(std::string path, Diagnostics &diagnostics)
    : path_(std::move(path)), diagnostics_(diagnostics) {
  llvm::StringRef folder = llvm::sys::path::parent_path(path_);
  if (!folder.empty())
    llvm::sys::fs::create_directories(folder); // a failure shows in the open below
  temporaryPath_ = path_ + ".part-XXXXXX";
  descriptor_ = ::mkostemp(temporaryPath_.data(), O_CLOEXEC);
  if (descriptor_ < 0)
    fail("create");
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0)
    return;
  ::close(descriptor_);
  if (!committed_)
    ::unlink(temporaryPath_.c_str());
}

void OutputFile::fail(const char *action) {
  if (!failed_)
    diagnostics_
        .error(Location(path_),
               llvm::Twine("cannot ") + action + " the file: " + std::strerror(errno))
        .note("check the folder's permissions and its free space");
  failed_ = true;
}

void OutputFile::write(const void *data, size_t bytes) {
  const char *next = static_cast<const char *>(data);
  while (bytes && !failed_) {
    ssize_t written = ::write(descriptor_, next, bytes);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return fail("write");
    next += written;
    bytes -= size_t(written);
    size_ += uint64_t(written);
  }
}

void OutputFile::writeZeros(uint64_t count) {
  static constexpr char zeros[4096] = {};
  for (; count && !failed_; count -= std::min<uint64_t>(count, sizeof zeros))
    write(zeros, std::min<uint64_t>(count, sizeof zeros));
}

// Where copy_file_range cannot (another file system, an old kernel).
void OutputFile::copyThroughMemory(int source, uint64_t bytes) {
  std::vector<char> piece(1 << 20);
  while (bytes && !failed_) {
    ssize_t got = ::read(source, piece.data(), std::min<uint64_t>(bytes, piece.size()));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      errno = got == 0 ? ENODATA : errno;
      return fail("copy into");
    }
    write(piece.data(), size_t(got));
    bytes -= uint64_t(got);
  }
}

void OutputFile::copyFrom(const std::string &source, std::optional<uint64_t> bytes) {
  if (failed_)
    return;
  int input = ::open(source.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (input < 0 || ::fstat(input, &status) != 0) {
    diagnostics_
        .error(Location(source), llvm::Twine("cannot read the file: ") + std::strerror(errno))
        .note("check the path and its permissions");
    failed_ = true;
    if (input >= 0)
      ::close(input);
    return;
  }
  uint64_t left = bytes.value_or(uint64_t(status.st_size));
  while (left) {
    ssize_t copied = ::copy_file_range(input, nullptr, descriptor_, nullptr, left, 0);
    if (copied <= 0)
      break;
    left -= uint64_t(copied);
    size_ += uint64_t(copied);
  }
  copyThroughMemory(input, left);
  ::close(input);
}

bool OutputFile::commit(unsigned mode) { return commitAs(path_, mode); }

bool OutputFile::commitAs(const std::string &path, unsigned mode) {
  if (failed_)
    return false;
  if (::fchmod(descriptor_, mode) != 0)
    fail("set the mode of");
  else if (::rename(temporaryPath_.c_str(), path.c_str()) != 0)
    fail("name");
  else
    committed_ = true;
  return committed_;
}

} // namespace mdc::package
