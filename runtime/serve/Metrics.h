// Counters and histograms of the server in Prometheus' text format 0.0.4.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mdc::serve {

using Clock = std::chrono::steady_clock;

class Histogram {
public:
  void observe(Clock::duration duration);
  // Appends the `_bucket`, `_sum` and `_count` lines of `name` with HELP and TYPE.
  void append(std::string &out, std::string_view name, std::string_view help) const;

private:
  // Upper bounds in microseconds; the last bucket has none.
  static constexpr std::array<uint32_t, 16> boundsUs = {
      50,    100,   250,    500,    1000,   2500,    5000,    10000,
      25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};
  std::array<std::atomic<uint64_t>, boundsUs.size() + 1> buckets_{};
  std::atomic<uint64_t> sumNs_{0};
};

class Metrics {
public:
  // `build` becomes the labels of mdc_build_info: already escaped `name="value"` pairs.
  // `deviceMemoryBytes`: of a device of its own; 0: the CPU computes.
  explicit Metrics(std::string buildLabels, uint64_t deviceMemoryBytes = 0)
      : deviceMemoryBytes(deviceMemoryBytes), buildLabels_(std::move(buildLabels)) {}

  void countRequest(unsigned status);
  void append(std::string &out) const;

  Histogram request; // complete request read to answer handed to the socket
  Histogram queue;   // waiting for a context
  Histogram compute; // kernels
  Histogram device;  // kernels and copies by the clock of a device of its own
  const uint64_t deviceMemoryBytes;
  std::atomic<int64_t> queueDepth{0};
  std::atomic<int64_t> inflight{0}; // inference requests that wait or compute
  std::atomic<int64_t> connections{0};

private:
  static constexpr std::array<unsigned, 11> statuses = {200, 400, 404, 405, 408, 413,
                                                        415, 431, 500, 503, 0 /* any other */};
  std::array<std::atomic<uint64_t>, statuses.size()> requests_{};
  std::string buildLabels_;
};

} // namespace mdc::serve
