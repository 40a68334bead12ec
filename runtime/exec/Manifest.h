// The facts of a manifest that the runtime itself needs; the rest is for tools and is passed on as
// it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdc::exec {

struct Manifest {
  std::string name = "model";
  std::string version;
  std::string mdcVersion;
  std::string target;
  std::string sourceSha256; // of the ONNX file
  std::string accuracy;     // JSON text; empty when no gate measured it

  // The spec's [serve] table: defaults of the flags of `serve`.
  std::string http = "0.0.0.0:8080";
  unsigned threads = 0;
  unsigned contexts = 0;
  unsigned queueMax = 256;
  uint64_t maxBodyBytes = 0;
};

// Reads the members it knows; a missing one keeps its default. False and one sentence when `json`
// is no JSON object.
bool parseManifest(std::string_view json, Manifest &manifest, std::string &error);

} // namespace mdc::exec
