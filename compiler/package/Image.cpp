#include "compiler/package/Image.h"

#include "compiler/package/OutputFile.h"
#include "compiler/package/TarWriter.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

#include <cstdlib>
#include <set>

namespace mdc::package {

static constexpr llvm::StringLiteral layoutText = R"({"imageLayoutVersion":"1.0.0"})";

std::optional<int64_t> sourceDateEpoch(Diagnostics &diagnostics) {
  const char *text = std::getenv("SOURCE_DATE_EPOCH");
  if (!text || !*text)
    return 0;
  int64_t seconds = 0;
  if (!llvm::StringRef(text).getAsInteger(10, seconds) && seconds >= 0)
    return seconds;
  diagnostics.error(llvm::Twine("SOURCE_DATE_EPOCH is '") + text + "', expected whole seconds")
      .note("set it to the output of `date +%s`, or unset it");
  return std::nullopt;
}

// What a registry accepts, from what a person calls a model.
static std::string plainName(llvm::StringRef text, llvm::StringRef otherAllowed) {
  std::string plain;
  for (char letter : text)
    plain += llvm::isAlnum(letter) || otherAllowed.contains(letter) ? letter : '-';
  return llvm::StringRef(plain).trim("-._").str();
}

std::optional<ImageReference> parseReference(const ImageOptions &options,
                                             Diagnostics &diagnostics) {
  ImageReference reference;
  llvm::StringRef text = options.reference;
  size_t colon = text.rfind(':');
  bool hasTag = colon != llvm::StringRef::npos && !text.substr(colon).contains('/');
  reference.repository = (hasTag ? text.take_front(colon) : text).str();
  reference.tag = hasTag ? text.drop_front(colon + 1).str() : plainName(options.version, "._-");
  if (!hasTag && reference.tag.empty())
    reference.tag = "latest";
  if (text.empty())
    reference.repository = plainName(llvm::StringRef(options.name).lower(), "._-");

  // The grammar of the OCI distribution specification, with a host in front.
  static const llvm::Regex repositoryForm(
      "^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$");
  static const llvm::Regex tagForm("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$");
  if (repositoryForm.match(reference.repository) && tagForm.match(reference.tag))
    return reference;
  diagnostics
      .error(options.referencePlace,
             "image name '" + (text.empty() ? reference.full() : text.str()) + "' is not valid")
      .note("expected lower-case letters and digits like \"registry.example/mobilenet:1.0.0\"");
  return std::nullopt;
}

namespace {

// Writes one image; the members are what the steps hand on.
class ImageWriter {
public:
  ImageWriter(const ImageOptions &options, ImageReference reference, Diagnostics &diagnostics)
      : options_(options), reference_(std::move(reference)), diagnostics_(diagnostics),
        layoutFolder_(options.outFolder + "/" + options.name + ".oci"),
        blobFolder_(layoutFolder_ + "/blobs/sha256") {}

  std::optional<ImageFacts> write() {
    ImageFacts facts;
    facts.layoutFolder = layoutFolder_;
    facts.archivePath = options_.outFolder + "/" + options_.name + ".docker.tar";
    facts.composePath = options_.outFolder + "/compose.yaml";
    facts.reference = reference_.full();
    if (!writeLayer() || !writeConfig() || !writeManifest() || !writeIndex() ||
        !writeArchive(facts.archivePath) ||
        !writeFile(facts.composePath, composeText(options_, reference_), diagnostics_))
      return std::nullopt;
    facts.digest = manifest_.digest();
    facts.layerBytes = layer_.bytes;
    return facts;
  }

private:
  // Uncompressed: weights hardly shrink, and the digest then depends on no compressor's version.
  bool writeLayer() {
    OutputFile file(blobFolder_ + "/layer", diagnostics_);
    TarWriter tar(file, options_.timestampS, diagnostics_);
    tar.addFile(options_.name, options_.binaryPath, 0755);
    std::set<std::string> folders;
    for (const ImageFile &file : options_.libraries) {
      addFoldersOf(file.path, folders, tar);
      tar.addFile(file.path, file.source, file.mode);
    }
    if (!tar.finish())
      return false;
    std::optional<std::string> digest = sha256HexOfFile(file.temporaryPath(), diagnostics_);
    if (!digest)
      return false;
    layer_ = {*digest, file.size()};
    return file.commitAs(blobPath(layer_));
  }

  static void addFoldersOf(llvm::StringRef path, std::set<std::string> &known, TarWriter &tar) {
    llvm::StringRef parent = llvm::sys::path::parent_path(path);
    if (parent.empty() || !known.insert(parent.str()).second)
      return;
    addFoldersOf(parent, known, tar);
    tar.addFolder(parent);
  }

  bool writeConfig() { return writeText(imageConfigText(options_, layer_), config_); }

  bool writeManifest() {
    return writeText(imageManifestText(options_, config_, layer_), manifest_);
  }

  // The index is what makes the new blobs the image; only then the older ones can go.
  bool writeIndex() {
    index_ = imageIndexText(reference_, manifest_);
    if (!writeFile(layoutFolder_ + "/oci-layout", layoutText, diagnostics_) ||
        !writeFile(layoutFolder_ + "/index.json", index_, diagnostics_))
      return false;
    const std::set<std::string> current = {layer_.sha256, config_.sha256, manifest_.sha256};
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(blobFolder_, error), end; it != end && !error;
         it.increment(error))
      if (!current.count(llvm::sys::path::filename(it->path()).str()))
        llvm::sys::fs::remove(it->path());
    return true;
  }

  // An OCI layout and Docker's older manifest over the same blobs: any `docker load` reads it.
  bool writeArchive(const std::string &path) {
    OutputFile file(path, diagnostics_);
    TarWriter tar(file, options_.timestampS, diagnostics_);
    tar.addText("oci-layout", layoutText);
    tar.addText("index.json", index_);
    tar.addText("manifest.json", dockerManifestText(reference_, config_, layer_));
    tar.addFolder("blobs");
    tar.addFolder("blobs/sha256");
    for (const Blob *blob : {&config_, &manifest_, &layer_})
      tar.addFile("blobs/sha256/" + blob->sha256, blobPath(*blob), 0644);
    return tar.finish() && file.commit();
  }

  std::string blobPath(const Blob &blob) const { return blobFolder_ + "/" + blob.sha256; }

  bool writeText(const std::string &text, Blob &blob) {
    blob = {sha256Hex(text), text.size()};
    return writeFile(blobPath(blob), text, diagnostics_);
  }

  const ImageOptions &options_;
  const ImageReference reference_;
  Diagnostics &diagnostics_;
  const std::string layoutFolder_;
  const std::string blobFolder_;
  Blob layer_, config_, manifest_;
  std::string index_;
};

} // namespace

std::optional<ImageFacts> writeImage(const ImageOptions &options, Diagnostics &diagnostics) {
  std::optional<ImageReference> reference = parseReference(options, diagnostics);
  if (!reference)
    return std::nullopt;
  ImageOptions complete = options;
  if (complete.port == 0)
    complete.port = 8080;
  return ImageWriter(complete, std::move(*reference), diagnostics).write();
}

} // namespace mdc::package
