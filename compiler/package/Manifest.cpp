#include "compiler/package/Manifest.h"

#include "llvm/Support/raw_ostream.h"

namespace mdc::package {

static void writeTensors(llvm::json::OStream &json, llvm::StringRef key,
                         const std::vector<ManifestTensor> &tensors) {
  json.attributeArray(key, [&] {
    for (const ManifestTensor &tensor : tensors)
      json.object([&] {
        json.attribute("name", tensor.name);
        json.attribute("datatype", tensor.datatype);
        json.attributeArray("shape", [&] {
          for (int64_t extent : tensor.shape)
            json.value(extent);
        });
      });
  });
}

static void writeServe(llvm::json::OStream &json, const ManifestServe &serve) {
  json.attributeObject("serve", [&] {
    json.attribute("http", serve.http);
    json.attribute("threads", serve.threads);
    json.attribute("contexts", serve.contexts);
    json.attribute("queue_max", serve.queueMax);
    json.attribute("max_body_bytes", serve.maxBodyBytes);
  });
}

static void writeAccuracy(llvm::json::OStream &json,
                          const std::optional<ManifestAccuracy> &accuracy) {
  if (!accuracy)
    return json.attribute("accuracy", nullptr);
  json.attributeObject("accuracy", [&] {
    json.attribute("metric", accuracy->metric);
    if (accuracy->value)
      json.attribute("value", *accuracy->value);
    else
      json.attribute("value", nullptr);
  });
}

static void writeObjects(llvm::json::OStream &json, llvm::StringRef key,
                         const llvm::json::Array &objects) {
  if (objects.empty())
    return;
  json.attributeArray(key, [&] {
    for (const llvm::json::Value &object : objects)
      json.value(object);
  });
}

std::string manifestText(const Manifest &manifest) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  json.object([&] {
    json.attribute("mdc", manifest.mdcVersion);
    json.attribute("name", manifest.name);
    json.attribute("version", manifest.version);
    json.attribute("target", manifest.target);
    json.attributeArray("isa", [&] {
      for (const std::string &level : manifest.isa)
        json.value(level);
    });
    json.attribute("source_sha256", manifest.sourceSha256);
    writeTensors(json, "inputs", manifest.inputs);
    writeTensors(json, "outputs", manifest.outputs);
    writeServe(json, manifest.serve);
    writeAccuracy(json, manifest.accuracy);
    writeObjects(json, "calibrations", manifest.calibrations);
    writeObjects(json, "regions", manifest.regions);
  });
  return text;
}

static bool fromJSON(const llvm::json::Value &value, ManifestTensor &tensor,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("name", tensor.name) && map.map("datatype", tensor.datatype) &&
         map.map("shape", tensor.shape);
}

static bool fromJSON(const llvm::json::Value &value, ManifestServe &serve, llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("http", serve.http) && map.map("threads", serve.threads) &&
         map.map("contexts", serve.contexts) && map.map("queue_max", serve.queueMax) &&
         map.map("max_body_bytes", serve.maxBodyBytes);
}

static bool fromJSON(const llvm::json::Value &value, ManifestAccuracy &accuracy,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("metric", accuracy.metric) && map.map("value", accuracy.value);
}

static bool fromJSON(const llvm::json::Value &value, Manifest &manifest, llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  if (!map || !map.map("mdc", manifest.mdcVersion) || !map.map("name", manifest.name) ||
      !map.map("version", manifest.version) || !map.map("target", manifest.target) ||
      !map.map("isa", manifest.isa) || !map.map("source_sha256", manifest.sourceSha256) ||
      !map.map("inputs", manifest.inputs) || !map.map("outputs", manifest.outputs) ||
      !map.map("serve", manifest.serve) || !map.mapOptional("accuracy", manifest.accuracy))
    return false;
  if (const llvm::json::Array *calibrations = value.getAsObject()->getArray("calibrations"))
    manifest.calibrations = *calibrations;
  if (const llvm::json::Array *regions = value.getAsObject()->getArray("regions"))
    manifest.regions = *regions;
  return true;
}

std::optional<Manifest> readManifest(llvm::StringRef text, const std::string &file,
                                     Diagnostics &diagnostics) {
  auto report = [&](llvm::Error error) {
    diagnostics
        .error(Location(file), "the manifest is damaged: " + llvm::toString(std::move(error)))
        .note("build the binary again");
    return std::nullopt;
  };
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return report(value.takeError());
  Manifest manifest;
  llvm::json::Path::Root root("manifest");
  if (!fromJSON(*value, manifest, root))
    return report(root.getError());
  return manifest;
}

} // namespace mdc::package
