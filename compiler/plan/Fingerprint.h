// What a step's result depends on, as one number: equal fingerprints mean the result can be reused.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace mdc::plan {

// SHA-256 of files, remembered from one run to the next under each file's size, modification time
// and inode, so that asking again about an untouched file of gigabytes costs one stat.
//
// A file changed within two seconds before it was hashed is hashed again next time: a later change
// could leave the same time behind on a file system with coarse clocks.
class FileDigests {
public:
  // Reads what an earlier run left at `cachePath`; a missing or damaged cache is an empty one.
  explicit FileDigests(std::string cachePath);

  // 64 hex digits; none after one error if the file cannot be read.
  std::optional<std::string> of(const std::string &path, Diagnostics &diagnostics);

  // Writes the cache, if anything in it changed. Entries of files that were not asked for stay.
  bool save(Diagnostics &diagnostics);

  // Files read since construction; a build with nothing to do reads none.
  unsigned filesRead() const { return filesRead_; }

private:
  struct Entry {
    uint64_t bytes = 0;
    int64_t modifiedNs = 0;
    uint64_t inode = 0;
    std::string sha256;
  };

  std::string cachePath_;
  std::map<std::string, Entry> entries_; // by absolute path
  bool changed_ = false;
  unsigned filesRead_ = 0;
};

// Named values folded into one digest. Name and value are stored with their lengths, so that
// ("ab", "c") and ("a", "bc") differ.
class Fingerprint {
public:
  Fingerprint &add(llvm::StringRef name, llvm::StringRef value);
  Fingerprint &add(llvm::StringRef name, int64_t value);
  // A digest that FileDigests gave: the content of a file, not its path or time.
  Fingerprint &addDigest(llvm::StringRef name, llvm::StringRef sha256) { return add(name, sha256); }

  // 64 hex digits.
  std::string hex() const;
  // The first 16 of them: enough for a file name.
  std::string shortHex() const { return hex().substr(0, 16); }

private:
  std::string material_;
};

} // namespace mdc::plan
