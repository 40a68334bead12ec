#include "runtime/serve/JsonWriter.h"
#include "runtime/serve/Metadata.h"

namespace mdc::serve {

namespace {

// One operation; `post` ones take an inference request. Summaries are plain text without quotes.
std::string operation(bool post, std::string_view summary, std::string_view contentType) {
  std::string out = post ? "{\"post\":{" : "{\"get\":{";
  out += "\"summary\":\"";
  out += summary;
  out += '"';
  if (post)
    out += ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":"
           "{\"type\":\"object\"}},\"application/octet-stream\":{\"schema\":{\"type\":\"string\","
           "\"format\":\"binary\"}}}}";
  out += ",\"responses\":{\"200\":{\"description\":\"done\",\"content\":{\"";
  out += contentType;
  out += contentType == "text/plain" ? "\":{\"schema\":{\"type\":\"string\"}}}}"
                                     : "\":{\"schema\":{\"type\":\"object\"}}}}";
  out += ",\"default\":{\"description\":\"refused\",\"content\":{\"application/json\":{\"schema\":"
         "{\"$ref\":\"#/components/schemas/Error\"}}}}}}}";
  return out;
}

} // namespace

std::string openApi(const exec::Manifest &manifest) {
  std::string out = "{\"openapi\":\"3.0.3\",\"info\":{\"title\":";
  appendJsonString(out, manifest.name);
  out += ",\"version\":";
  appendJsonString(out, manifest.version);
  out += "},\"paths\":{";
  bool isFirst = true;
  auto path = [&](std::string name, bool post, std::string_view summary,
                  std::string_view contentType = "application/json") {
    out += isFirst ? "" : ",";
    isFirst = false;
    appendJsonString(out, name);
    out += ":" + operation(post, summary, contentType);
  };
  path("/v2", false, "server metadata");
  path("/v2/health/live", false, "whether the server runs");
  path("/v2/health/ready", false, "whether the server takes inference requests");
  for (std::string model : {"/v2/models/" + manifest.name,
                            "/v2/models/" + manifest.name + "/versions/" + manifest.version}) {
    path(model, false, "model metadata: inputs, outputs and parameters");
    path(model + "/ready", false, "whether the model takes inference requests");
    path(model + "/infer", true,
         "Open Inference Protocol inference, JSON or with the binary tensor extension");
  }
  path("/v1/models/" + manifest.name, false, "model status as TensorFlow Serving has it");
  path("/v1/models/" + manifest.name + ":predict", true, "TensorFlow Serving inference");
  path("/metrics", false, "Prometheus metrics", "text/plain");
  path("/openapi.json", false, "this document");
  out += "},\"components\":{\"schemas\":{\"Error\":{\"type\":\"object\",\"required\":[\"error\"],"
         "\"properties\":{\"error\":{\"type\":\"string\"}}}}}}";
  return out;
}

} // namespace mdc::serve
