// mdc-package-image BINARY FOLDER NAME: writes the image of a serving binary and prints its digest.
#include "compiler/package/CheckBinary.h"
#include "compiler/package/Image.h"

#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  if (argc != 4) {
    llvm::errs() << "usage: mdc-package-image BINARY FOLDER NAME\n";
    return 2;
  }
  mdc::Diagnostics diagnostics;
  auto facts = mdc::package::inspectBinary(argv[1], diagnostics);
  if (!facts)
    return 1;
  mdc::package::ImageOptions options;
  options.binaryPath = argv[1];
  options.outFolder = argv[2];
  options.name = argv[3];
  options.version = facts->manifest.version;
  options.reference = "registry.example/team/" + options.name + ":" + options.version;
  options.sourceSha256 = facts->manifest.sourceSha256;
  options.mdcVersion = facts->manifest.mdcVersion;
  auto image = mdc::package::writeImage(options, diagnostics);
  if (!image)
    return 1;
  llvm::outs() << image->digest << "\n";
  return 0;
}
