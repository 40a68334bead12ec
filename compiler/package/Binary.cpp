#include "compiler/package/Binary.h"

#include "compiler/package/CheckBinary.h"
#include "compiler/package/OutputFile.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/StringExtras.h"

#include "mdc/abi.h"

#include <cstddef>
#include <cstring>

namespace mdc::package {

// The runtime maps the weights from the file, so they start on a page.
static constexpr uint64_t pageBytes = 4096;

// The trailer is written as it lies in memory.
static_assert(sizeof(MdcTrailer) == 128 && offsetof(MdcTrailer, contentSha256) == 48);
static_assert(std::endian::native == std::endian::little);

static void setDigest(uint8_t (&field)[32], const std::string &hex) {
  std::string bytes = llvm::fromHex(hex);
  std::memcpy(field, bytes.data(), sizeof field);
}

static void appendManifest(OutputFile &file, MdcTrailer trailer, const Manifest &manifest) {
  std::string text = manifestText(manifest);
  trailer.manifestOffset = file.size();
  trailer.manifestBytes = text.size();
  setDigest(trailer.manifestSha256, sha256Hex(text));
  file.write(text);
  file.write(&trailer, sizeof trailer);
}

bool finishBinary(const BinaryParts &parts, const Manifest &manifest, const std::string &outPath,
                  Diagnostics &diagnostics) {
  if (!checkElf(parts.elfPath, manifest.target, diagnostics))
    return false;
  OutputFile file(outPath, diagnostics);
  file.copyFrom(parts.elfPath);
  file.writeZeros((pageBytes - file.size() % pageBytes) % pageBytes);

  MdcTrailer trailer = {};
  std::memcpy(trailer.magic, MDC_TRAILER_MAGIC, sizeof trailer.magic);
  trailer.abiVersion = MDC_ABI_VERSION;
  trailer.weightsOffset = file.size();
  file.copyFrom(parts.weightsPath);
  trailer.weightsBytes = file.size() - trailer.weightsOffset;
  if (file.failed())
    return false;
  std::optional<std::string> content = sha256HexOfFile(file.temporaryPath(), diagnostics);
  if (!content)
    return false;
  setDigest(trailer.contentSha256, *content);
  appendManifest(file, trailer, manifest);
  return file.commit(0755);
}

bool rewriteManifest(const std::string &binaryPath, const Manifest &manifest,
                     Diagnostics &diagnostics) {
  return copyWithManifest(binaryPath, manifest, binaryPath, diagnostics);
}

bool copyWithManifest(const std::string &binaryPath, const Manifest &manifest,
                      const std::string &outPath, Diagnostics &diagnostics) {
  std::optional<MdcTrailer> trailer = readTrailer(binaryPath, diagnostics);
  if (!trailer)
    return false;
  OutputFile file(outPath, diagnostics);
  file.copyFrom(binaryPath, trailer->manifestOffset);
  appendManifest(file, *trailer, manifest);
  return file.commit(0755);
}

} // namespace mdc::package
