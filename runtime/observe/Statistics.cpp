#include "runtime/observe/Statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mdc::observe {

// How many channels there are, and elements from one to the next.
static std::pair<size_t, size_t> channelsOf(std::span<const int64_t> shape, size_t axis) {
  return {axis < shape.size() ? static_cast<size_t>(shape[axis]) : 1,
          std::accumulate(shape.begin() + std::min(axis + 1, shape.size()), shape.end(), size_t(1),
                          std::multiplies<>())};
}

void Statistics::addRange(std::span<const float> values, std::span<const int64_t> shape,
                          size_t axis) {
  for (float value : values) {
    if (!std::isfinite(value)) {
      ++notFinite_;
      continue;
    }
    min_ = count_ ? std::min<double>(min_, value) : value;
    max_ = count_ ? std::max<double>(max_, value) : value;
    ++count_;
    zeros_ += value == 0;
  }
  auto [channels, inner] = channelsOf(shape, axis);
  if (channelSums_.empty()) {
    channelSums_.resize(channels);
    channelDeviations_.resize(channels);
    channelMaxima_.resize(channels);
  }
  channelsDiffer_ = channelsDiffer_ || channels != channelSums_.size();
  if (channelsDiffer_) {
    channelMaxima_.clear();
    return;
  }
  if (!values.empty())
    addChannels(values, channels, inner);
}

void Statistics::addChannels(std::span<const float> values, size_t channels, size_t inner) {
  for (size_t start = 0; start < values.size(); start += channels * inner)
    for (size_t channel = 0; channel < channels; ++channel) {
      double sum = 0;
      float peak = channelMaxima_[channel];
      for (float value : values.subspan(start + channel * inner, inner)) {
        if (!std::isfinite(value))
          continue;
        sum += value;
        peak = std::max(peak, std::fabs(value));
      }
      channelSums_[channel] += sum;
      channelMaxima_[channel] = peak;
    }
  countPerChannel_ += values.size() / channels;
}

void Statistics::addHistogram(std::span<const float> values, std::span<const int64_t> shape,
                              size_t axis) {
  const double scale = max_ > min_ ? double(histogramBins) / (max_ - min_) : 0;
  for (float value : values)
    if (std::isfinite(value)) {
      auto bin = static_cast<size_t>((value - min_) * scale);
      ++histogram_[std::min(bin, histogramBins - 1)];
    }
  auto [channels, inner] = channelsOf(shape, axis);
  if (!channelsDiffer_ && !values.empty())
    addDeviations(values, channels, inner);
}

void Statistics::addDeviations(std::span<const float> values, size_t channels, size_t inner) {
  const std::vector<float> means = channelMeans();
  for (size_t start = 0; start < values.size(); start += channels * inner)
    for (size_t channel = 0; channel < channels; ++channel)
      for (float value : values.subspan(start + channel * inner, inner))
        if (std::isfinite(value))
          channelDeviations_[channel] += std::fabs(double(value) - means[channel]);
}

std::vector<float> Statistics::perElement(const std::vector<double> &channelSums) const {
  std::vector<float> means;
  if (!channelsDiffer_)
    for (double sum : channelSums)
      means.push_back(static_cast<float>(sum / std::max<double>(1, double(countPerChannel_))));
  return means;
}

std::vector<float> Statistics::channelMeans() const { return perElement(channelSums_); }

std::vector<float> Statistics::channelDeviations() const { return perElement(channelDeviations_); }

} // namespace mdc::observe
