#include "compiler/support/Files.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"

#include <openssl/evp.h>

#include <cstdio>
#include <vector>

namespace mdc {

std::unique_ptr<llvm::MemoryBuffer> readFile(const std::string &path, Diagnostics &diagnostics) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (file)
    return std::move(*file);
  diagnostics.error(Location(path), "cannot read the file: " + file.getError().message())
      .note("check the path and its permissions");
  return nullptr;
}

static bool reportWriteError(const std::string &path, llvm::Error error, Diagnostics &diagnostics) {
  diagnostics.error(Location(path), "cannot write the file: " + llvm::toString(std::move(error)))
      .note("check the folder's permissions and its free space");
  return false;
}

bool writeFile(const std::string &path, llvm::StringRef content, Diagnostics &diagnostics) {
  const llvm::StringRef folder = llvm::sys::path::parent_path(path);
  if (!folder.empty())
    if (std::error_code error = llvm::sys::fs::create_directories(folder))
      return reportWriteError(path, llvm::errorCodeToError(error), diagnostics);
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &out) {
    out << content;
    return llvm::Error::success();
  });
  return error ? reportWriteError(path, std::move(error), diagnostics) : true;
}

namespace {
/// A running SHA-256 of OpenSSL, which uses the CPU's own instructions: models have gigabytes.
class Sha256 {
public:
  Sha256() : context(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  }
  void add(llvm::StringRef bytes) { EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(context.get(), digest, &length);
    return llvm::toHex(llvm::ArrayRef<uint8_t>(digest, length), /*LowerCase=*/true);
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context;
};
} // namespace

std::string sha256Hex(llvm::StringRef content) {
  Sha256 digest;
  digest.add(content);
  return digest.hex();
}

std::optional<std::string> sha256HexOfFile(const std::string &path, Diagnostics &diagnostics) {
  std::unique_ptr<FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file) {
    diagnostics.error(Location(path), "cannot read the file")
        .note("check the path and its permissions");
    return std::nullopt;
  }
  Sha256 digest;
  std::vector<char> piece(1 << 20);
  while (size_t bytes = std::fread(piece.data(), 1, piece.size(), file.get()))
    digest.add(llvm::StringRef(piece.data(), bytes));
  if (std::ferror(file.get())) {
    diagnostics.error(Location(path), "reading stopped before the end of the file")
        .note("check the disk, and that the path is a file");
    return std::nullopt;
  }
  return digest.hex();
}

} // namespace mdc
