// Latency from arrays to arrays: bind, copy in, run, copy out; no parsing, no network.
#include "runtime/exec/Isa.h"
#include "runtime/tool/Arrays.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
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

bool measure(Workload &workload, double seconds, std::vector<double> &latenciesMs,
             std::string &error) {
  Clock::time_point start = Clock::now();
  do {
    Clock::time_point begin = Clock::now();
    if (!workload.once(error))
      return false;
    latenciesMs.push_back(millisecondsSince(begin));
  } while (millisecondsSince(start) < seconds * 1000);
  return true;
}

// Nearest rank.
double percentile(const std::vector<double> &sorted, double share) {
  auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[rank == 0 ? 0 : rank - 1];
}

long peakMemoryBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

void report(std::vector<double> latenciesMs, unsigned threads, MdcIsa isa, bool jsonOnly) {
  double totalMs = 0;
  for (double latencyMs : latenciesMs)
    totalMs += latencyMs;
  std::sort(latenciesMs.begin(), latenciesMs.end());
  double p50 = percentile(latenciesMs, 0.5), p90 = percentile(latenciesMs, 0.9);
  double p99 = percentile(latenciesMs, 0.99);
  double perSecond = static_cast<double>(latenciesMs.size()) * 1000 / totalMs;
  if (!jsonOnly)
    std::printf("%zu runs, %.1f per second, p50 %.4g ms, p99 %.4g ms, %u threads, %s\n",
                latenciesMs.size(), perSecond, p50, p99, threads, exec::isaName(isa).data());
  std::printf("{\"p50_ms\":%.6g,\"p90_ms\":%.6g,\"p99_ms\":%.6g,\"min_ms\":%.6g,"
              "\"per_second\":%.6g,\"threads\":%u,\"isa\":\"%s\",\"peak_memory_bytes\":%ld}\n",
              p50, p90, p99, latenciesMs.front(), perSecond, threads, exec::isaName(isa).data(),
              peakMemoryBytes());
}

} // namespace

int bench(const Binary &binary, const ExecutionOptions &execution, const BenchOptions &options) {
  const MdcModel &table = binary.model.table();
  std::string error;
  MdcIsa isa;
  if (!exec::chooseIsa(table, execution.isa, isa, error))
    return fail(badUsage, error);
  bool seeded = options.inputs.archive.empty() && options.inputs.files.empty();
  if (!seeded && !options.dims.empty())
    return fail(badUsage, "--dims was given with inputs, expected one of the two",
                "given inputs bring their own extents");
  std::vector<base::Array> inputs;
  bool ready = seeded ? seedInputs(table, options.dims, inputs, error)
                      : readInputs(table, options.inputs, inputs, error);
  if (!ready)
    return fail(badData, error);
  exec::ThreadPool pool(execution.threads);
  exec::Context context(binary.model, pool, isa);
  Workload workload(context, std::move(inputs), table.outputCount);
  std::vector<double> latenciesMs;
  if (!warmUp(workload, options.seconds, error) ||
      !measure(workload, options.seconds, latenciesMs, error))
    return fail(badData, error);
  report(std::move(latenciesMs), pool.threads(), isa, options.jsonOnly);
  return done;
}

} // namespace mdc::tool
