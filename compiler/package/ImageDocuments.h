// The JSON and YAML texts of an image. No files here: every text is a function of its arguments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdc::package {

struct ImageOptions;

// A blob of the image by its content.
struct Blob {
  std::string sha256; // hex
  uint64_t bytes = 0;
  std::string digest() const { return "sha256:" + sha256; }
};

// "registry.example:5000/team/model" and "1.0.0".
struct ImageReference {
  std::string repository;
  std::string tag;
  std::string full() const { return repository + ":" + tag; }
};

std::string imageConfigText(const ImageOptions &options, const Blob &layer);
std::string imageManifestText(const ImageOptions &options, const Blob &config, const Blob &layer);
std::string imageIndexText(const ImageReference &reference, const Blob &manifest);
// `manifest.json` of a `docker load` archive; the blobs lie where an OCI layout has them.
std::string dockerManifestText(const ImageReference &reference, const Blob &config,
                               const Blob &layer);
std::string composeText(const ImageOptions &options, const ImageReference &reference);

// RFC 3339 in UTC, whole seconds: "1970-01-01T00:00:00Z".
std::string timestampText(int64_t timestampS);

} // namespace mdc::package
