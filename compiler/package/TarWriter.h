// A tar archive whose bytes depend on its content alone.
#pragma once

#include "compiler/package/OutputFile.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

struct archive;
struct archive_entry;

namespace mdc::package {

// Entries belong to root, carry one fixed time and stand in the order of the calls. POSIX pax
// format, extended headers only where a value needs one (a file past 8 GB), no compression.
class TarWriter {
public:
  TarWriter(OutputFile &file, int64_t timestampS, Diagnostics &diagnostics);
  ~TarWriter();
  TarWriter(const TarWriter &) = delete;
  TarWriter &operator=(const TarWriter &) = delete;

  void addFolder(llvm::StringRef path);
  void addText(llvm::StringRef path, llvm::StringRef text);
  // Streams `source`; never more than a piece of it is in memory.
  void addFile(llvm::StringRef path, const std::string &source, unsigned mode);

  // Ends the archive; the caller then commits the file. False after one error.
  bool finish();

private:
  void header(llvm::StringRef path, unsigned mode, unsigned fileType, uint64_t bytes);
  void data(const void *bytes, size_t count);
  void fail();

  OutputFile &file_;
  Diagnostics &diagnostics_;
  int64_t timestampS_;
  archive *archive_;
  bool failed_ = false;
};

} // namespace mdc::package
