#include "runtime/exec/Model.h"

#include "runtime/base/Sha256.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mdc::exec {
namespace {

constexpr uint64_t pageBytes = 4096;

static_assert(sizeof(MdcTrailer) == 128 && offsetof(MdcTrailer, contentSha256) == 48);

bool mapFile(const std::string &path, const std::byte *&start, size_t &bytes, std::string &error) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts{};
  void *mapped = MAP_FAILED;
  if (file >= 0 && fstat(file, &facts) == 0)
    mapped = mmap(nullptr, static_cast<size_t>(facts.st_size), PROT_READ, MAP_PRIVATE, file, 0);
  int reason = errno;
  if (file >= 0)
    ::close(file);
  if (mapped == MAP_FAILED) {
    error = "could not map '" + path + "': " + std::strerror(reason);
    return false;
  }
  start = static_cast<const std::byte *>(mapped);
  bytes = static_cast<size_t>(facts.st_size);
  return true;
}

// One sentence, or nothing where the trailer describes a file of this size.
std::string complaint(const MdcTrailer &trailer, const MdcModel &table, uint64_t fileBytes) {
  if (std::memcmp(trailer.magic, MDC_TRAILER_MAGIC, sizeof(trailer.magic)) != 0)
    return "the file does not end with a model's trailer; it was stripped, cut off or never "
           "finished";
  if (trailer.abiVersion != MDC_ABI_VERSION || table.abiVersion != MDC_ABI_VERSION)
    return "the model was built for ABI version " + std::to_string(trailer.abiVersion) +
           ", this runtime has " + std::to_string(MDC_ABI_VERSION);
  uint64_t weightsEnd = 0, manifestEnd = 0;
  bool overflows =
      __builtin_add_overflow(trailer.weightsOffset, trailer.weightsBytes, &weightsEnd) ||
      __builtin_add_overflow(trailer.manifestOffset, trailer.manifestBytes, &manifestEnd);
  if (overflows || weightsEnd > trailer.manifestOffset ||
      manifestEnd != fileBytes - sizeof(MdcTrailer) || trailer.weightsOffset % pageBytes != 0)
    return "the trailer does not describe this file; it is damaged or cut off";
  if (trailer.weightsBytes != table.weightBytes)
    return "the file holds " + std::to_string(trailer.weightsBytes) +
           " bytes of weights, the model expects " + std::to_string(table.weightBytes);
  return {};
}

bool matches(std::span<const std::byte> bytes, const uint8_t (&expected)[32]) {
  base::Sha256Digest digest = base::sha256(bytes);
  return std::memcmp(digest.data(), expected, digest.size()) == 0;
}

MdcTrailer trailerOf(const std::byte *file, size_t bytes) {
  MdcTrailer trailer;
  std::memcpy(&trailer, file + bytes - sizeof(trailer), sizeof(trailer));
  return trailer;
}

} // namespace

bool Model::open(const MdcModel &table, const std::string &path, std::string &error) {
  table_ = &table;
  if (!mapFile(path.empty() ? "/proc/self/exe" : path, file_, fileBytes_, error))
    return false;
  if (fileBytes_ < sizeof(MdcTrailer)) {
    error = "the file is too short to end with a model's trailer";
    return false;
  }
  MdcTrailer trailer = trailerOf(file_, fileBytes_);
  error = complaint(trailer, table, fileBytes_);
  if (!error.empty())
    return false;
  // The weights' MDC_SLACK bytes of room are the manifest and the trailer, at least 128 bytes.
  weights_ = file_ + trailer.weightsOffset;
  manifest_ = {reinterpret_cast<const char *>(file_ + trailer.manifestOffset),
               trailer.manifestBytes};
  return true;
}

Model::~Model() {
  if (file_)
    munmap(const_cast<std::byte *>(file_), fileBytes_);
}

bool Model::verify(std::string &error) const {
  MdcTrailer trailer = trailerOf(file_, fileBytes_);
  if (!matches({file_, trailer.manifestOffset}, trailer.contentSha256))
    error = "the program or its weights are damaged: their digest is not the one in the trailer";
  else if (!matches(std::as_bytes(std::span(manifest_)), trailer.manifestSha256))
    error = "the manifest is damaged: its digest is not the one in the trailer";
  for (uint8_t byte : trailer.padding)
    if (byte != 0 || trailer.reserved != 0)
      error = "the trailer is damaged: its reserved bytes are not zero";
  return error.empty();
}

} // namespace mdc::exec
