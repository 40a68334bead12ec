#include "compiler/package/SystemLibraries.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"

namespace mdc::package {

// Where the loader is asked for by name, and where it looks for libraries without a cache.
static constexpr llvm::StringLiteral loader = "lib64/ld-linux-x86-64.so.2";
static constexpr llvm::StringLiteral libraryFolder = "lib/x86_64-linux-gnu";
// The driver's own needs; the last three have been empty since glibc 2.34.
static constexpr llvm::StringLiteral libraries[] = {"libc.so.6", "libm.so.6", "libdl.so.2",
                                                    "libpthread.so.0", "librt.so.1"};
static constexpr llvm::StringLiteral systemFolders[] = {"/lib/x86_64-linux-gnu/", "/lib64/",
                                                        "/usr/lib64/", "/usr/lib/"};

std::optional<std::vector<ImageFile>> systemLibraries(Diagnostics &diagnostics) {
  std::vector<ImageFile> files = {{loader.str(), "/" + loader.str(), 0755}};
  if (!llvm::sys::fs::exists(files.front().source)) {
    diagnostics.error("this machine has no " + files.front().source)
        .note("write the image where glibc for x86-64 is installed");
    return std::nullopt;
  }
  for (llvm::StringRef library : libraries) {
    std::string source;
    for (llvm::StringRef folder : systemFolders)
      if (source.empty() && llvm::sys::fs::exists(folder + library))
        source = (folder + library).str();
    if (source.empty()) {
      diagnostics.error("this machine has no " + library + ", which an image for GPUs carries")
          .note("install the package libc6");
      return std::nullopt;
    }
    files.push_back({libraryFolder.str() + "/" + library.str(), source});
  }
  return files;
}

} // namespace mdc::package
