// Whole-file reading and writing. Failures are reported, never thrown.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>

namespace mdc {

/// The file's bytes, mapped where it is large; null and one error if it cannot be read.
std::unique_ptr<llvm::MemoryBuffer> readFile(const std::string &path, Diagnostics &diagnostics);

/// Replaces `path` by `content` through a temporary file beside it and a rename, so that no reader
/// and no crash ever sees half of it. Makes missing parent folders. False and one error if that
/// fails.
bool writeFile(const std::string &path, llvm::StringRef content, Diagnostics &diagnostics);

/// SHA-256 as 64 lower-case hex digits.
std::string sha256Hex(llvm::StringRef content);

/// The same of a file, read in pieces; none and one error if it cannot be read.
std::optional<std::string> sha256HexOfFile(const std::string &path, Diagnostics &diagnostics);

} // namespace mdc
