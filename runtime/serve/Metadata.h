// The server's self-descriptions: server, model, status and OpenAPI documents, made once at start.
#pragma once

#include "mdc/abi.h"
#include "runtime/exec/Manifest.h"

#include <string>
#include <string_view>

namespace mdc::serve {

// GET /v2
std::string serverMetadata(const exec::Manifest &manifest);

// GET /v2/models/NAME: `parameters` holds the accuracy that the build measured (or null), the open
// dimensions with their limits, the source model's digest, mdc's version, the target and the ISA
// level in use.
std::string modelMetadata(const MdcModel &model, const exec::Manifest &manifest,
                          std::string_view isaName);

// GET /v1/models/NAME
std::string servingStatus(const exec::Manifest &manifest);

// GET /openapi.json: OpenAPI 3.0.3 of every endpoint, with this model's name in the paths.
std::string openApi(const exec::Manifest &manifest);

// Labels of mdc_build_info, escaped for Prometheus.
std::string buildLabels(const exec::Manifest &manifest, std::string_view isaName);

// Bytes of the largest request that can be right: the inputs as JSON text with room for long
// numbers.
uint64_t largestBodyBytes(const MdcModel &model);

// Bytes of the inputs of the largest variant, as the binary extension carries them.
uint64_t largestInputBytes(const MdcModel &model);

} // namespace mdc::serve
