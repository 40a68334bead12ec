#include "runtime/exec/Manifest.h"

#include "simdjson.h"

namespace mdc::exec {
namespace {

void read(simdjson::dom::object object, std::string_view key, std::string &value) {
  std::string_view text;
  if (object[key].get(text) == simdjson::SUCCESS)
    value = text;
}

template <class Number>
void read(simdjson::dom::object object, std::string_view key, Number &value) {
  uint64_t number = 0;
  if (object[key].get(number) == simdjson::SUCCESS)
    value = static_cast<Number>(number);
}

} // namespace

bool parseManifest(std::string_view json, Manifest &manifest, std::string &error) {
  simdjson::dom::parser parser;
  simdjson::dom::object root, serve;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) {
    error = "the manifest is not a JSON object; the file is damaged";
    return false;
  }
  read(root, "name", manifest.name);
  read(root, "version", manifest.version);
  read(root, "mdc", manifest.mdcVersion);
  read(root, "target", manifest.target);
  read(root, "source_sha256", manifest.sourceSha256);
  simdjson::dom::element accuracy;
  if (root["accuracy"].get(accuracy) == simdjson::SUCCESS && !accuracy.is_null())
    manifest.accuracy = simdjson::minify(accuracy);
  if (root["serve"].get(serve) == simdjson::SUCCESS) {
    read(serve, "http", manifest.http);
    read(serve, "threads", manifest.threads);
    read(serve, "contexts", manifest.contexts);
    read(serve, "queue_max", manifest.queueMax);
    read(serve, "max_body_bytes", manifest.maxBodyBytes);
  }
  return true;
}

} // namespace mdc::exec
