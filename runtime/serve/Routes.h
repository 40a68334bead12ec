// Which endpoint a request line names. Pure text; the table of paths is in README.md.
#pragma once

#include <string_view>

namespace mdc::serve {

enum class Endpoint {
  serverMetadata, // GET /v2
  live,           // GET /v2/health/live
  ready,          // GET /v2/health/ready
  modelMetadata,  // GET /v2/models/NAME[/versions/V]
  modelReady,     // GET .../ready
  infer,          // POST .../infer
  modelStatus,    // GET /v1/models/NAME[/versions/V], as TensorFlow Serving has it
  predict,        // POST /v1/models/NAME[/versions/V]:predict
  metrics,        // GET /metrics
  openApi,        // GET /openapi.json
  none            // no such path
};

struct Route {
  Endpoint endpoint = Endpoint::none;
  std::string_view
      model; // as it stands in the path, percent-encoded; empty where the path has none
  std::string_view version; // likewise

  bool takesPost() const { return endpoint == Endpoint::infer || endpoint == Endpoint::predict; }
};

// `target` is the request target; a query is ignored, one trailing slash too.
Route findRoute(std::string_view target);

// Whether the percent-encoded path segment stands for `text`.
bool segmentIs(std::string_view segment, std::string_view text);

} // namespace mdc::serve
