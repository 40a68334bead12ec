// What the values of one tensor were, over all samples of a calibration set.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace mdc::observe {

inline constexpr size_t histogramBins = 2048;

// First every sample goes through addRange, then every sample again through addHistogram, whose
// bins share the range evenly that the first pass found. NaN and infinity are counted apart.
class Statistics {
public:
  // `values` in row-major order of `shape`; `axis` is the one whose indices are channels.
  void addRange(std::span<const float> values, std::span<const int64_t> shape, size_t axis);
  void addHistogram(std::span<const float> values, std::span<const int64_t> shape, size_t axis);

  double min() const { return count_ ? min_ : 0; }
  double max() const { return count_ ? max_ : 0; }
  uint64_t count() const { return count_; } // finite elements
  uint64_t notFinite() const { return notFinite_; }
  uint64_t zeros() const { return zeros_; } // of the finite elements
  std::span<const uint64_t> histogram() const { return histogram_; }
  // By channel. Empty if the number of channels was not the same in all samples.
  std::vector<float> channelMeans() const;
  std::vector<float> channelDeviations() const; // mean magnitudes, from the mean
  const std::vector<float> &channelMaxima() const { return channelMaxima_; } // of magnitudes

private:
  void addChannels(std::span<const float> values, size_t channels, size_t inner);
  void addDeviations(std::span<const float> values, size_t channels, size_t inner);
  std::vector<float> perElement(const std::vector<double> &channelSums) const;

  double min_ = 0, max_ = 0;
  uint64_t count_ = 0, notFinite_ = 0, zeros_ = 0;
  bool channelsDiffer_ = false;
  uint64_t countPerChannel_ = 0;
  std::vector<double> channelSums_, channelDeviations_;
  std::vector<float> channelMaxima_;
  std::array<uint64_t, histogramBins> histogram_ = {};
};

} // namespace mdc::observe
