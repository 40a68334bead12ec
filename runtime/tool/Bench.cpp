// Latency from arrays to arrays: bind, copy in, run, copy out; no parsing, no network.
#include "runtime/tool/Arrays.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <random>
#include <sys/resource.h>

namespace mdc::tool {
namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// One request over and over.
class Workload {
public:
  Workload(exec::Context &context, std::vector<base::Array> inputs, size_t outputCount)
      : context_(context), inputs_(std::move(inputs)), outputs_(outputCount) {
    for (const base::Array &array : inputs_)
      shapes_.push_back(array.shape);
  }

  bool once(std::string &error) {
    if (!context_.bind(shapes_, error))
      return false;
    copyInputs(context_, inputs_);
    if (!context_.run(error))
      return false;
    for (size_t index = 0; index < outputs_.size(); ++index) {
      std::span<const std::byte> output = context_.output(index);
      outputs_[index].assign(output.begin(), output.end());
    }
    return true;
  }

private:
  exec::Context &context_;
  std::vector<base::Array> inputs_;
  std::vector<exec::Shape> shapes_;
  std::vector<std::vector<std::byte>> outputs_;
};

// A tenth of the measured time, at least three runs: pages mapped, threads started, clocks up.
bool warmUp(Workload &workload, double seconds, std::string &error) {
  Clock::time_point start = Clock::now();
  for (int run = 0; run < 3 || millisecondsSince(start) < seconds * 100; ++run)
    if (!workload.once(error))
      return false;
  return true;
}

// Exact count, sum and smallest; percentiles from a sample of bounded size, so that a long run of a
// small model does not measure its own bookkeeping as memory.
class Latencies {
public:
  Latencies() { sampleMs_.reserve(sampleCount); }

  void add(double latencyMs) {
    ++count_;
    sumMs_ += latencyMs;
    minMs_ = std::min(minMs_, latencyMs);
    if (sampleMs_.size() < sampleCount) {
      sampleMs_.push_back(latencyMs);
      return;
    }
    // Reservoir sampling: every run is kept with the same probability.
    size_t place = std::uniform_int_distribution<size_t>(0, count_ - 1)(random_);
    if (place < sampleCount)
      sampleMs_[place] = latencyMs;
  }

  // Nearest rank.
  double percentile(double share) {
    std::sort(sampleMs_.begin(), sampleMs_.end());
    auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sampleMs_.size())));
    return sampleMs_[rank == 0 ? 0 : rank - 1];
  }

  size_t count() const { return count_; }
  double minMs() const { return minMs_; }
  double perSecond() const { return static_cast<double>(count_) * 1000 / sumMs_; }

private:
  static constexpr size_t sampleCount = size_t{1} << 16;
  std::vector<double> sampleMs_;
  size_t count_ = 0;
  double sumMs_ = 0;
  double minMs_ = std::numeric_limits<double>::infinity();
  std::minstd_rand random_;
};

bool measure(Workload &workload, double seconds, Latencies &latencies, std::string &error) {
  Clock::time_point start = Clock::now();
  do {
    Clock::time_point begin = Clock::now();
    if (!workload.once(error))
      return false;
    latencies.add(millisecondsSince(begin));
  } while (millisecondsSince(start) < seconds * 1000);
  return true;
}

long peakMemoryBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

void report(Latencies &latencies, const exec::Device &device, bool jsonOnly) {
  double p50 = latencies.percentile(0.5), p90 = latencies.percentile(0.9);
  double p99 = latencies.percentile(0.99);
  std::string name(device.name());
  unsigned threads = device.threads();
  std::string deviceMemory;
  if (uint64_t bytes = device.memoryBytes())
    deviceMemory = ",\"device_memory_bytes\":" + std::to_string(bytes);
  if (!jsonOnly)
    std::printf("%zu runs, %.1f per second, p50 %.4g ms, p99 %.4g ms, %u threads, %s\n",
                latencies.count(), latencies.perSecond(), p50, p99, threads, name.c_str());
  std::printf("{\"p50_ms\":%.6g,\"p90_ms\":%.6g,\"p99_ms\":%.6g,\"min_ms\":%.6g,"
              "\"per_second\":%.6g,\"threads\":%u,\"isa\":\"%s\",\"peak_memory_bytes\":%ld%s}\n",
              p50, p90, p99, latencies.minMs(), latencies.perSecond(), threads, name.c_str(),
              peakMemoryBytes(), deviceMemory.c_str());
}

// Milliseconds of one run in each region, the dearest first.
void reportRegions(const MdcModel &table, const std::vector<double> &seconds, size_t runs) {
  std::vector<uint32_t> order(table.regionCount);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return seconds[a] > seconds[b]; });
  double all = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  std::printf("%-32s %10s %8s\n", "region", "ms", "share");
  for (uint32_t region : order)
    std::printf("%-32s %10.4f %7.1f%%\n", table.regions[region].name,
                seconds[region] * 1000 / static_cast<double>(runs), seconds[region] / all * 100);
}

} // namespace

int bench(const Binary &binary, const exec::DeviceOptions &on, const BenchOptions &options) {
  const MdcModel &table = binary.model.table();
  std::string error;
  bool seeded = options.inputs.archive.empty() && options.inputs.files.empty();
  if (!seeded && !options.dims.empty())
    return fail(badUsage, "--dims was given with inputs, expected one of the two",
                "given inputs bring their own extents");
  std::vector<base::Array> inputs;
  bool ready = seeded ? seedInputs(table, options.dims, inputs, error)
                      : readInputs(table, options.inputs, inputs, error);
  if (!ready)
    return fail(badData, error);
  std::unique_ptr<exec::Device> device = exec::openDevice(binary.model, on);
  exec::Context context(binary.model, *device);
  Workload workload(context, std::move(inputs), table.outputCount);
  Latencies latencies;
  if (!warmUp(workload, options.seconds, error))
    return fail(badData, error);
  std::vector<double> regionSeconds;
  if (options.profile)
    context.timeRegions(&regionSeconds);
  if (!measure(workload, options.seconds, latencies, error))
    return fail(badData, error);
  if (options.profile)
    reportRegions(table, regionSeconds, latencies.count());
  report(latencies, *device, options.jsonOnly);
  return done;
}

} // namespace mdc::tool
