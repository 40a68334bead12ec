// Whether a file is a serving binary, and what is inside.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/support/Diagnostics.h"

#include "mdc/abi.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::package {

// A 64-bit little-endian x86-64 executable that asks for no more than its target may: a CPU binary
// has no PT_INTERP and no DT_NEEDED; a CUDA one may need libc, libm and the loader. False after one
// error.
bool checkElf(const std::string &path, const std::string &target, Diagnostics &diagnostics);

// The trailer, if it is one, of this version, and its ranges lie inside the file. Digests are not
// computed.
std::optional<MdcTrailer> readTrailer(const std::string &path, Diagnostics &diagnostics);

// True if the file ends in a trailer's magic: `mdc inspect` uses it to tell a binary from a model.
bool looksLikeBinary(const std::string &path);

// True for the program of a binary of mdc, whatever the file ends in: it was cut off, or something
// was appended to it.
bool looksLikeDamagedBinary(const std::string &path);

// 0.0 where none is needed.
struct GlibcVersion {
  unsigned major = 0, minor = 0;
  auto operator<=>(const GlibcVersion &) const = default;
};

struct BinaryFacts {
  Manifest manifest;
  std::string manifestJson; // as it stands in the file
  uint64_t fileBytes = 0;
  uint64_t codeBytes = 0; // the ELF up to the weights
  uint64_t weightBytes = 0;
  uint64_t manifestBytes = 0;
  uint32_t abiVersion = 0;
  std::string interpreter;            // PT_INTERP, or empty
  std::vector<std::string> libraries; // DT_NEEDED
  GlibcVersion glibc;                 // the oldest that has all symbols
  std::string contentSha256;          // as the trailer says
  bool contentIntact = false;         // code and weights have that digest
  bool manifestIntact = false;
};

// Reads everything, digests included. Damage that leaves the file readable is in the facts; an
// error means that there is nothing to show.
std::optional<BinaryFacts> inspectBinary(const std::string &path, Diagnostics &diagnostics);

} // namespace mdc::package
