#include "runtime/serve/Metrics.h"

#include "runtime/serve/JsonWriter.h"

#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

namespace mdc::serve {

namespace {

void appendHead(std::string &out, std::string_view name, std::string_view type,
                std::string_view help) {
  out += "# HELP ";
  out += name;
  out += ' ';
  out += help;
  out += "\n# TYPE ";
  out += name;
  out += ' ';
  out += type;
  out += '\n';
}

template <class Number>
void appendSample(std::string &out, std::string_view name, std::string_view labels, Number value) {
  out += name;
  out += labels;
  out += ' ';
  appendJsonNumber(out, value);
  out += '\n';
}

template <class Number>
void appendGauge(std::string &out, std::string_view name, std::string_view help, Number value) {
  appendHead(out, name, "gauge", help);
  appendSample(out, name, "", value);
}

uint64_t residentBytes() {
  unsigned long total = 0, resident = 0;
  if (FILE *file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lu %lu", &total, &resident) != 2)
      resident = 0;
    std::fclose(file);
  }
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

void Histogram::observe(Clock::duration duration) {
  auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
  size_t bucket = 0;
  while (bucket < boundsUs.size() && ns > int64_t{boundsUs[bucket]} * 1000)
    ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sumNs_.fetch_add(static_cast<uint64_t>(ns), std::memory_order_relaxed);
}

void Histogram::append(std::string &out, std::string_view name, std::string_view help) const {
  appendHead(out, name, "histogram", help);
  std::string bucketName = std::string(name) + "_bucket";
  uint64_t count = 0;
  for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    count += buckets_[bucket].load(std::memory_order_relaxed);
    std::string label = "{le=\"";
    if (bucket < boundsUs.size())
      appendJsonNumber(label, boundsUs[bucket] / 1e6);
    else
      label += "+Inf";
    appendSample(out, bucketName, label + "\"}", count);
  }
  double sum = static_cast<double>(sumNs_.load(std::memory_order_relaxed)) / 1e9;
  appendSample(out, std::string(name) + "_sum", "", sum);
  appendSample(out, std::string(name) + "_count", "", count);
}

void Metrics::countRequest(unsigned status) {
  size_t index = 0;
  while (index + 1 < statuses.size() && statuses[index] != status)
    ++index;
  requests_[index].fetch_add(1, std::memory_order_relaxed);
}

void Metrics::append(std::string &out) const {
  appendHead(out, "mdc_requests_total", "counter", "Answered requests by HTTP status.");
  for (size_t index = 0; index < statuses.size(); ++index) {
    uint64_t count = requests_[index].load(std::memory_order_relaxed);
    std::string status = statuses[index] ? std::to_string(statuses[index]) : "other";
    if (count || statuses[index] == 200)
      appendSample(out, "mdc_requests_total", "{status=\"" + status + "\"}", count);
  }
  request.append(out, "mdc_request_seconds", "From a request's last byte to its answer.");
  queue.append(out, "mdc_queue_seconds", "Waiting of inference requests for a context.");
  compute.append(out, "mdc_compute_seconds", "Kernels of one inference request.");
  if (deviceMemoryBytes > 0) {
    device.append(out, "mdc_device_seconds",
                  "Kernels and copies of one inference request by the device's clock.");
    appendGauge(out, "mdc_device_memory_bytes", "Device memory that this process allocated.",
                deviceMemoryBytes);
  }
  appendGauge(out, "mdc_queue_depth", "Inference requests waiting for a context.",
              queueDepth.load());
  appendGauge(out, "mdc_inflight", "Inference requests waiting or computing.", inflight.load());
  appendGauge(out, "mdc_connections", "Open connections.", connections.load());
  appendGauge(out, "process_resident_memory_bytes", "Resident memory.", residentBytes());
  appendHead(out, "process_cpu_seconds_total", "counter", "User and system CPU time.");
  appendSample(out, "process_cpu_seconds_total", "", cpuSeconds());
  appendHead(out, "mdc_build_info", "gauge", "What is served; the value is always 1.");
  appendSample(out, "mdc_build_info", "{" + buildLabels_ + "}", 1);
}

} // namespace mdc::serve
