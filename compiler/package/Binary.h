// A serving binary: [ELF][zeros up to a page][weights][manifest][MdcTrailer], see mdc/abi.h.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/support/Diagnostics.h"

#include <string>

namespace mdc::package {

struct BinaryParts {
  std::string elfPath;     // from the linker
  std::string weightsPath; // from WeightBlobWriter
};

// Writes `outPath`, mode 755, all at once; the same parts and manifest give the same bytes. The ELF
// must pass checkElf for the manifest's target. False after one error; `outPath` is then as it was.
bool finishBinary(const BinaryParts &parts, const Manifest &manifest, const std::string &outPath,
                  Diagnostics &diagnostics);

// Replaces the manifest; everything before it keeps its bytes, and the content digest with them. A
// process that runs the old file goes on with it.
bool rewriteManifest(const std::string &binaryPath, const Manifest &manifest,
                     Diagnostics &diagnostics);

// Writes the same binary with another manifest to `outPath`, all at once. False after one error;
// `outPath` is then as it was.
bool copyWithManifest(const std::string &binaryPath, const Manifest &manifest,
                      const std::string &outPath, Diagnostics &diagnostics);

} // namespace mdc::package
