// One build at a time in a folder.
#pragma once

#include "compiler/spec/Spec.h"
#include "compiler/support/Diagnostics.h"

#include <optional>

namespace mdc::pipeline {

/// While it lives, other processes that ask for the folder of the same spec wait. Steps that Ninja
/// starts do not ask: they belong to the build that holds it. The lock ends with its process.
class FolderLock {
public:
  /// Waits, after a warning, while another process holds it. None after one error.
  static std::optional<FolderLock> take(const spec::Spec &spec, Diagnostics &diagnostics);

  FolderLock(FolderLock &&other) noexcept : descriptor(other.descriptor) { other.descriptor = -1; }
  FolderLock &operator=(FolderLock &&) = delete;
  ~FolderLock();

private:
  explicit FolderLock(int descriptor) : descriptor(descriptor) {}

  int descriptor;
};

} // namespace mdc::pipeline
