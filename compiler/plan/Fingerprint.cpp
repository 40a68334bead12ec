#include "compiler/plan/Fingerprint.h"

#include "compiler/support/Files.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <sys/stat.h>

namespace mdc::plan {

// First line of the cache; another one means another layout, and the cache is empty.
static constexpr llvm::StringLiteral cacheHeader = "mdc file digests 1";
// Younger changes are not trusted; the coarsest clocks in use (FAT) tick every two seconds.
static constexpr int64_t trustedAgeNs = 2'000'000'000;

static int64_t nanoseconds(const timespec &time) {
  return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// One line an entry: "sha256 bytes modifiedNs inode path"; the path is last because it may hold
// spaces.
FileDigests::FileDigests(std::string cachePath) : cachePath_(std::move(cachePath)) {
  auto buffer = llvm::MemoryBuffer::getFile(cachePath_);
  if (!buffer)
    return;
  auto [header, rest] = (*buffer)->getBuffer().split('\n');
  if (header != cacheHeader)
    return;
  while (!rest.empty()) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    llvm::SmallVector<llvm::StringRef, 5> fields;
    line.split(fields, ' ', 4);
    Entry entry;
    if (fields.size() != 5 || fields[0].size() != 64 || fields[1].getAsInteger(10, entry.bytes) ||
        fields[2].getAsInteger(10, entry.modifiedNs) || fields[3].getAsInteger(10, entry.inode))
      continue;
    entry.sha256 = fields[0].str();
    entries_[fields[4].str()] = std::move(entry);
  }
}

std::optional<std::string> FileDigests::of(const std::string &path, Diagnostics &diagnostics) {
  llvm::SmallString<256> absolute(path);
  llvm::sys::fs::make_absolute(absolute);
  std::string key = absolute.str().str();

  struct stat status;
  if (::stat(key.c_str(), &status) != 0) {
    diagnostics.error(Location(path), llvm::Twine("cannot read the file: ") + std::strerror(errno))
        .note("check the path and its permissions");
    return std::nullopt;
  }
  Entry now{uint64_t(status.st_size), nanoseconds(status.st_mtim), uint64_t(status.st_ino), ""};
  auto found = entries_.find(key);
  if (found != entries_.end() && found->second.bytes == now.bytes &&
      found->second.modifiedNs == now.modifiedNs && found->second.inode == now.inode)
    return found->second.sha256;

  std::optional<std::string> digest = sha256HexOfFile(key, diagnostics);
  if (!digest)
    return std::nullopt;
  ++filesRead_;
  timespec clock;
  ::clock_gettime(CLOCK_REALTIME, &clock);
  now.sha256 = *digest;
  if (nanoseconds(clock) - now.modifiedNs >= trustedAgeNs && key.find('\n') == std::string::npos) {
    entries_[key] = std::move(now);
    changed_ = true;
  }
  return digest;
}

bool FileDigests::save(Diagnostics &diagnostics) {
  if (!changed_)
    return true;
  std::string text = cacheHeader.str() + "\n";
  llvm::raw_string_ostream out(text);
  for (const auto &[path, entry] : entries_)
    out << entry.sha256 << ' ' << entry.bytes << ' ' << entry.modifiedNs << ' ' << entry.inode
        << ' ' << path << '\n';
  changed_ = false;
  return writeFile(cachePath_, text, diagnostics);
}

static void appendField(std::string &material, llvm::StringRef field) {
  material += std::to_string(field.size());
  material += ':';
  material += field;
}

Fingerprint &Fingerprint::add(llvm::StringRef name, llvm::StringRef value) {
  appendField(material_, name);
  appendField(material_, value);
  return *this;
}

Fingerprint &Fingerprint::add(llvm::StringRef name, int64_t value) {
  return add(name, llvm::itostr(value));
}

std::string Fingerprint::hex() const { return sha256Hex(material_); }

} // namespace mdc::plan
