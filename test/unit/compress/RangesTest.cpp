// Ranges of histograms whose right answer is known.
#include "compiler/compress/Ranges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mdc::compress;

namespace {

// Counts of `density` over [low, high].
template <typename Density>
TensorStatistics histogram(double low, double high, Density density, double total = 1e6) {
  TensorStatistics statistics;
  statistics.min = statistics.low = low;
  statistics.max = statistics.high = high;
  double width = (high - low) / kHistogramBins, sum = 0;
  for (int64_t bin = 0; bin < kHistogramBins; ++bin)
    sum += density(low + width * (bin + 0.5));
  for (int64_t bin = 0; bin < kHistogramBins; ++bin) {
    auto count = uint64_t(std::llround(total * density(low + width * (bin + 0.5)) / sum));
    statistics.histogram.push_back(count);
    statistics.count += count;
  }
  return statistics;
}

double bell(double x) { return std::exp(-x * x / 2); }

TEST(Ranges, NothingSeenIsZero) {
  Range range = rangeOf(TensorStatistics(), RangeMethod::Mse, 99);
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 0);
}

TEST(Ranges, MinMaxHoldsAllValuesAndZero) {
  auto statistics = histogram(2, 5, [](double) { return 1.0; });
  Range range = rangeOf(statistics, RangeMethod::MinMax, 99);
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 5);
}

TEST(Ranges, PercentileCutsHalfAtEachEnd) {
  auto statistics = histogram(-1, 1, [](double) { return 1.0; });
  Range range = rangeOf(statistics, RangeMethod::Percentile, 90);
  EXPECT_NEAR(range.low, -0.9, 0.002);
  EXPECT_NEAR(range.high, 0.9, 0.002);
}

TEST(Ranges, PercentileOfAllIsMinMax) {
  auto statistics = histogram(-3, 1, [](double) { return 1.0; });
  Range range = rangeOf(statistics, RangeMethod::Percentile, 100);
  EXPECT_NEAR(range.low, -3, 1e-9);
  EXPECT_NEAR(range.high, 1, 1e-9);
}

// For a normal distribution and 255 steps the best bound lies near four deviations.
TEST(Ranges, MseClipsTheTailsOfABell) {
  auto statistics = histogram(-16, 16, bell, 1e9);
  statistics.histogram.front() = statistics.histogram.back() = 1; // what a minmax range is for
  Range range = rangeOf(statistics, RangeMethod::Mse, 99);
  EXPECT_GT(range.high, 3);
  EXPECT_LT(range.high, 6);
  EXPECT_LT(range.low, -3);
  EXPECT_GT(range.low, -6);
}

TEST(Ranges, MseKeepsAUniformDistribution) {
  auto statistics = histogram(-1, 1, [](double) { return 1.0; });
  Range range = rangeOf(statistics, RangeMethod::Mse, 99);
  EXPECT_NEAR(range.low, -1, 0.02);
  EXPECT_NEAR(range.high, 1, 0.02);
}

TEST(Ranges, EntropyClipsFarOutliers) {
  auto statistics = histogram(0, 40, [](double x) { return std::exp(-x); }, 1e6);
  statistics.histogram.back() = 1;
  Range range = rangeOf(statistics, RangeMethod::Entropy, 99);
  EXPECT_EQ(range.low, 0);
  EXPECT_GT(range.high, 4);
  EXPECT_LT(range.high, 30);
}

TEST(Ranges, EntropyKeepsAUniformDistribution) {
  auto statistics = histogram(-1, 1, [](double) { return 1.0; });
  Range range = rangeOf(statistics, RangeMethod::Entropy, 99);
  EXPECT_NEAR(range.high, 1, 0.05);
}

// What relu lets through is half of a bell, beside as many zeros.
TEST(Ranges, EntropyIsNotDrawnToASpikeOfZeros) {
  auto statistics = histogram(0, 5, bell, 1e6);
  statistics.histogram.front() += 1000000;
  Range range = rangeOf(statistics, RangeMethod::Entropy, 99);
  EXPECT_GT(range.high, 2.5);
}

// So few elements leave the bins uneven, which averaging them is not to blame for.
TEST(Ranges, EntropyOfFewElementsKeepsTheirTails) {
  auto statistics = histogram(-4, 4, [](double) { return 1.0; }, 0);
  std::mt19937 random(1);
  std::normal_distribution<double> draw;
  for (statistics.count = 0; statistics.count < 2048; ++statistics.count)
    ++statistics.histogram[size_t((std::clamp(draw(random), -3.9, 3.9) + 4) / 8 * kHistogramBins)];
  Range range = rangeOf(statistics, RangeMethod::Entropy, 99);
  EXPECT_GT(range.high, 3.4);
}

TEST(Parameters, ZeroIsAByteInside) {
  ByteParameters parameters = parametersOf({-1, 3});
  EXPECT_FLOAT_EQ(parameters.scale, 4.0f / 255);
  EXPECT_EQ(parameters.zeroPoint, 64);
}

TEST(Parameters, AReducedRangeEndsAt127) {
  ByteParameters parameters = parametersOf({-1, 3}, kReducedRange);
  EXPECT_FLOAT_EQ(parameters.scale, 4.0f / 127);
  EXPECT_EQ(parameters.zeroPoint, 32);
  EXPECT_EQ(parametersOf({-3, 0}, kReducedRange).zeroPoint, 127);
  ByteParameters channels = parametersOf({0, 4}, {4, 1}, kReducedRange);
  ASSERT_EQ(channels.channelScales.size(), 2u);
  EXPECT_FLOAT_EQ(channels.channelScales[1], 1.0f / 127);
}

TEST(Parameters, OneSidedRangesUseAllBytes) {
  EXPECT_EQ(parametersOf({0, 3}).zeroPoint, 0);
  EXPECT_EQ(parametersOf({-3, 0}).zeroPoint, 255);
}

TEST(Parameters, ScalesAreNeverZeroOrDenormal) {
  EXPECT_EQ(parametersOf({0, 0}).scale, 1);
  EXPECT_EQ(parametersOf({-1e-40, 1e-40}).scale, kSmallestScale);
  EXPECT_GE(kSmallestScale * kSmallestScale, 0x1p-126f);
}

TEST(Parameters, ChannelsHaveScalesOfTheirOwn) {
  ByteParameters parameters = parametersOf({0, 4}, {4, 1, 0});
  EXPECT_EQ(parameters.zeroPoint, 0);
  ASSERT_EQ(parameters.channelScales.size(), 3u);
  EXPECT_FLOAT_EQ(parameters.channelScales[0], 4.0f / 255);
  EXPECT_FLOAT_EQ(parameters.channelScales[1], 1.0f / 255);
  EXPECT_GT(parameters.channelScales[2], 0) << "a silent channel may speak later";
}

// The zero point leaves room for what lies below zero in the finest channel too.
TEST(Parameters, OneZeroPointServesAllChannels) {
  ByteParameters parameters = parametersOf({-0.25, 60}, {60, 2});
  ASSERT_EQ(parameters.channelScales.size(), 2u);
  for (size_t channel = 0; channel < 2; ++channel) {
    float scale = parameters.channelScales[channel], high = channel == 0 ? 60 : 2;
    EXPECT_LE(-scale * float(parameters.zeroPoint), -0.2499f);
    EXPECT_GE(scale * float(255 - parameters.zeroPoint), high * 0.9999f);
  }
  EXPECT_LT(parameters.channelScales[1], 0.1f * parameters.channelScales[0]);
}

} // namespace
