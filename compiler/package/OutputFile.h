// A file that appears under its name only when it is whole.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mdc::package {

// Written to a temporary file beside `path`, which takes the name on `commit` and is removed if
// that is never called. The first failure is reported; what follows it does nothing and `commit`
// returns false.
class OutputFile {
public:
  OutputFile(std::string path, Diagnostics &diagnostics);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  void write(const void *data, size_t bytes);
  void write(llvm::StringRef text) { write(text.data(), text.size()); }
  void writeZeros(uint64_t count);
  // The first `bytes` of the file, or all of it, without a way through this process where the
  // kernel can.
  void copyFrom(const std::string &source, std::optional<uint64_t> bytes = std::nullopt);

  uint64_t size() const { return size_; }
  bool failed() const { return failed_; }
  // For reading back what was written so far.
  const std::string &temporaryPath() const { return temporaryPath_; }

  // `mode` as for chmod; the process's umask does not apply, so that the result does not depend on
  // it.
  bool commit(unsigned mode = 0644);
  // The same under another name in the same folder, for a file that is named by its content.
  bool commitAs(const std::string &path, unsigned mode = 0644);

private:
  void fail(const char *action);
  void copyThroughMemory(int source, uint64_t bytes);

  std::string path_;
  std::string temporaryPath_;
  Diagnostics &diagnostics_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
  bool failed_ = false;
  bool committed_ = false;
};

} // namespace mdc::package
