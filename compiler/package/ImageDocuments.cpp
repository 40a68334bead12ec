#include "compiler/package/ImageDocuments.h"

#include "compiler/package/Image.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>

namespace mdc::package {

namespace json = llvm::json;

// The distroless "nonroot" user: a number, since scratch has no /etc/passwd.
static constexpr llvm::StringLiteral imageUser = "65532:65532";
static constexpr llvm::StringLiteral architecture = "amd64";

static constexpr int64_t nsPerS = 1'000'000'000;

std::string timestampText(int64_t timestampS) {
  time_t time = time_t(timestampS);
  tm parts;
  char text[32];
  ::gmtime_r(&time, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// Keys come out sorted, so equal values give equal bytes.
static std::string textOf(json::Value value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

static json::Object annotations(const ImageOptions &options) {
  json::Object labels{
      {"org.opencontainers.image.title", options.name},
      {"org.opencontainers.image.version", options.version},
      {"org.opencontainers.image.created", timestampText(options.timestampS)},
      {"org.opencontainers.image.description",
       "serves the model " + options.name + " over HTTP by the Open Inference Protocol"},
  };
  if (!options.sourceSha256.empty())
    labels["dev.mdc.model.sha256"] = options.sourceSha256;
  if (!options.mdcVersion.empty())
    labels["dev.mdc.version"] = options.mdcVersion;
  return labels;
}

static json::Object descriptor(llvm::StringRef mediaType, const Blob &blob) {
  return json::Object{
      {"mediaType", mediaType}, {"digest", blob.digest()}, {"size", int64_t(blob.bytes)}};
}

// What NVIDIA's container tools mount, and where the loader finds it: they put the driver into
// either folder, and there may be no cache.
static constexpr llvm::StringLiteral gpuEnvironment[] = {
    "NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
    "LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu:/usr/lib64"};

static json::Array environmentOf(const ImageOptions &options) {
  json::Array variables{"MDC_HTTP=0.0.0.0:" + std::to_string(options.port)};
  if (options.forGpus)
    for (llvm::StringRef variable : gpuEnvironment)
      variables.push_back(variable);
  return variables;
}

std::string imageConfigText(const ImageOptions &options, const Blob &layer) {
  const std::string program = "/" + options.name;
  json::Object ports{{std::to_string(options.port) + "/tcp", json::Object()}};
  // Docker's own extension; OCI reserves the name. Times are nanoseconds.
  json::Object healthCheck{{"Test", json::Array{"CMD", program, "health"}},
                           {"Interval", 10 * nsPerS},
                           {"Timeout", 3 * nsPerS},
                           {"Retries", 3}};
  json::Object run{{"User", imageUser},
                   {"Entrypoint", json::Array{program, "serve"}},
                   {"WorkingDir", "/"},
                   {"Env", environmentOf(options)},
                   {"StopSignal", "SIGTERM"},
                   {"ExposedPorts", std::move(ports)},
                   {"Healthcheck", std::move(healthCheck)},
                   {"Labels", annotations(options)}};
  const std::string created = timestampText(options.timestampS);
  return textOf(json::Object{
      {"created", created},
      {"architecture", architecture},
      {"os", "linux"},
      {"config", std::move(run)},
      {"rootfs", json::Object{{"type", "layers"}, {"diff_ids", json::Array{layer.digest()}}}},
      {"history", json::Array{json::Object{{"created", created}, {"created_by", "mdc package"}}}},
  });
}

std::string imageManifestText(const ImageOptions &options, const Blob &config, const Blob &layer) {
  return textOf(json::Object{
      {"schemaVersion", 2},
      {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
      {"config", descriptor("application/vnd.oci.image.config.v1+json", config)},
      {"layers", json::Array{descriptor("application/vnd.oci.image.layer.v1.tar", layer)}},
      {"annotations", annotations(options)},
  });
}

std::string imageIndexText(const ImageReference &reference, const Blob &manifest) {
  json::Object entry = descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
  entry["platform"] = json::Object{{"architecture", architecture}, {"os", "linux"}};
  // The first is what tools select by, the second what containerd and `docker load` name the image.
  entry["annotations"] = json::Object{{"org.opencontainers.image.ref.name", reference.tag},
                                      {"io.containerd.image.name", reference.full()}};
  return textOf(json::Object{{"schemaVersion", 2},
                             {"mediaType", "application/vnd.oci.image.index.v1+json"},
                             {"manifests", json::Array{std::move(entry)}}});
}

std::string dockerManifestText(const ImageReference &reference, const Blob &config,
                               const Blob &layer) {
  return textOf(json::Array{json::Object{{"Config", "blobs/sha256/" + config.sha256},
                                         {"RepoTags", json::Array{reference.full()}},
                                         {"Layers", json::Array{"blobs/sha256/" + layer.sha256}}}});
}

std::string composeText(const ImageOptions &options, const ImageReference &reference) {
  // JSON strings are YAML strings.
  auto quoted = [](const std::string &text) { return textOf(text); };
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "# Written by `mdc package`. First: docker load --input " << options.name
      << ".docker.tar\nservices:\n  " << quoted(options.name)
      << ":\n    image: " << quoted(reference.full()) << "\n    ports:\n";
  out << "      - \"" << options.port << ":" << options.port << "\"\n";
  out << "    user: \"" << imageUser << "\"\n"
      << "    read_only: true\n"
         "    cap_drop: [ALL]\n"
         "    security_opt: [\"no-new-privileges:true\"]\n"
         "    restart: unless-stopped\n"
         "    stop_grace_period: 30s\n"
         "    healthcheck:\n"
         "      test: [\"CMD\", "
      << quoted("/" + options.name)
      << ", \"health\"]\n"
         "      interval: 10s\n"
         "      timeout: 3s\n"
         "      retries: 3\n";
  if (options.forGpus)
    out << "    deploy:\n"
           "      resources:\n"
           "        reservations:\n"
           "          devices:\n"
           "            - driver: nvidia\n"
           "              count: 1\n"
           "              capabilities: [gpu]\n";
  return text;
}

} // namespace mdc::package
