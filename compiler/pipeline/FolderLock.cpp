#include "compiler/pipeline/FolderLock.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mdc::pipeline {

static int lockOrErrno(int descriptor, int operation) {
  int result;
  do
    result = ::flock(descriptor, operation);
  while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

/// False if `path` is another file by now: `mdc clean` removes it with all of its folder.
static bool isStillAt(int descriptor, const std::string &path) {
  struct stat held, named;
  return ::fstat(descriptor, &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

std::optional<FolderLock> FolderLock::take(const spec::Spec &spec, Diagnostics &diagnostics) {
  llvm::SmallString<256> folder(spec.folder);
  llvm::sys::path::append(folder, ".mdc");
  const std::string path = (folder + "/lock").str();
  bool saidSo = false;
  for (;;) {
    std::error_code made = llvm::sys::fs::create_directories(folder);
    FolderLock lock(made ? -1 : ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    int problem = made ? made.value() : lock.descriptor < 0 ? errno : 0;
    if (!problem && (problem = lockOrErrno(lock.descriptor, LOCK_EX | LOCK_NB)) == EWOULDBLOCK) {
      if (!saidSo)
        diagnostics.warning(Location(path), "another 'mdc build' works in this folder")
            .note("this one goes on when that one has ended");
      saidSo = true;
      problem = lockOrErrno(lock.descriptor, LOCK_EX);
    }
    if (problem) {
      diagnostics.error(Location(path), llvm::Twine("cannot lock: ") + std::strerror(problem))
          .note("mdc writes below .mdc/ and dist/ beside deploy.toml; check the permissions there");
      return std::nullopt;
    }
    if (isStillAt(lock.descriptor, path))
      return lock;
  }
}

FolderLock::~FolderLock() {
  if (descriptor >= 0)
    ::close(descriptor);
}

} // namespace mdc::pipeline
