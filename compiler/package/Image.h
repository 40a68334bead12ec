// A container image of one serving binary, written without a container engine.
#pragma once

#include "compiler/package/ImageDocuments.h"
#include "compiler/package/SystemLibraries.h"
#include "compiler/support/Diagnostics.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mdc::package {

struct ImageOptions {
  std::string binaryPath;  // from finishBinary
  std::string outFolder;   // "dist/cpu"
  std::string name;        // the model's; the binary lies at /NAME
  std::string version;     // of the model
  std::string reference;   // "registry.example/mobilenet:1.0.0"; empty: NAME:VERSION
  Location referencePlace; // of the reference in the spec, for errors
  // Where the server listens inside, on every address: the spec's own address, often a loopback
  // one, would be out of reach from outside. 0 (any free port, of use only without a container)
  // becomes 8080.
  uint16_t port = 8080;
  std::string sourceSha256; // of the model's graph; "": no label
  std::string mdcVersion;
  int64_t timestampS = 0; // of everything inside; see sourceDateEpoch
  // For NVIDIA's GPUs: the driver is mounted by the engine, which the environment asks for it.
  bool forGpus = false;
  std::vector<ImageFile> libraries; // beside the binary; see systemLibraries
};

struct ImageFacts {
  std::string layoutFolder; // OUT/NAME.oci
  std::string archivePath;  // OUT/NAME.docker.tar
  std::string composePath;  // OUT/compose.yaml
  std::string reference;
  std::string digest; // of the image manifest: "sha256:..."
  uint64_t layerBytes = 0;
};

// The seconds of SOURCE_DATE_EPOCH, 0 where it is not set; none after one error where it is not a
// number.
std::optional<int64_t> sourceDateEpoch(Diagnostics &diagnostics);

// Splits and checks "[HOST[:PORT]/]PATH[:TAG]"; the tag defaults to `version`. None after one
// error.
std::optional<ImageReference> parseReference(const ImageOptions &options, Diagnostics &diagnostics);

// Writes the OCI image layout, the `docker load` archive and compose.yaml; equal options and binary
// give equal bytes. The binary is streamed, whatever its size. An older image of the same name is
// replaced.
std::optional<ImageFacts> writeImage(const ImageOptions &options, Diagnostics &diagnostics);

} // namespace mdc::package
