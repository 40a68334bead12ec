#include "compiler/package/TarWriter.h"

#include "compiler/support/Files.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>

namespace mdc::package {

static la_ssize_t writeToFile(archive *, void *file, const void *bytes, size_t count) {
  auto *output = static_cast<OutputFile *>(file);
  output->write(bytes, count);
  return output->failed() ? -1 : la_ssize_t(count);
}

TarWriter::TarWriter(OutputFile &file, int64_t timestampS, Diagnostics &diagnostics)
    : file_(file), diagnostics_(diagnostics), timestampS_(timestampS),
      archive_(archive_write_new()) {
  archive_write_set_format_pax_restricted(archive_);
  archive_write_add_filter_none(archive_);
  if (archive_write_open(archive_, &file_, nullptr, writeToFile, nullptr) != ARCHIVE_OK)
    fail();
}

TarWriter::~TarWriter() { archive_write_free(archive_); }

void TarWriter::fail() {
  // A failed write was reported by the file itself.
  if (!failed_ && !file_.failed()) {
    const char *reason = archive_error_string(archive_);
    diagnostics_.error(Location(file_.temporaryPath()), llvm::Twine("cannot write the archive: ") +
                                                            (reason ? reason : "no reason given"));
  }
  failed_ = true;
}

void TarWriter::header(llvm::StringRef path, unsigned mode, unsigned fileType, uint64_t bytes) {
  archive_entry *entry = archive_entry_new();
  archive_entry_set_pathname(entry, path.str().c_str());
  archive_entry_set_filetype(entry, fileType);
  archive_entry_set_perm(entry, mode);
  archive_entry_set_size(entry, la_int64_t(bytes));
  archive_entry_set_mtime(entry, timestampS_, 0);
  archive_entry_set_uid(entry, 0);
  archive_entry_set_gid(entry, 0);
  if (!failed_ && archive_write_header(archive_, entry) != ARCHIVE_OK)
    fail();
  archive_entry_free(entry);
}

void TarWriter::data(const void *bytes, size_t count) {
  if (!failed_ && archive_write_data(archive_, bytes, count) != la_ssize_t(count))
    fail();
}

void TarWriter::addFolder(llvm::StringRef path) { header(path, 0755, AE_IFDIR, 0); }

void TarWriter::addText(llvm::StringRef path, llvm::StringRef text) {
  header(path, 0644, AE_IFREG, text.size());
  data(text.data(), text.size());
}

void TarWriter::addFile(llvm::StringRef path, const std::string &source, unsigned mode) {
  // Mapped, so its pages come and go with the page cache.
  auto content = readFile(source, diagnostics_);
  if (!content) {
    failed_ = true;
    return;
  }
  header(path, mode, AE_IFREG, content->getBufferSize());
  constexpr size_t pieceBytes = 4 << 20;
  for (llvm::StringRef left = content->getBuffer(); !left.empty() && !failed_;
       left = left.drop_front(std::min(left.size(), pieceBytes)))
    data(left.data(), std::min(left.size(), pieceBytes));
}

bool TarWriter::finish() {
  if (!failed_ && archive_write_close(archive_) != ARCHIVE_OK)
    fail();
  return !failed_ && !file_.failed();
}

} // namespace mdc::package
