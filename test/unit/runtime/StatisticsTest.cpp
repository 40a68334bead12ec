#include "runtime/observe/Statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

using namespace mdc::observe;

TEST(Statistics, SeesRangeAndChannelsOfAllSamples) {
  Statistics seen;
  const std::vector<float> first = {1, 2, -3, 4}, second = {5, 0, 7, -8};
  seen.addRange(first, std::vector<int64_t>{1, 2, 2}, 1);
  seen.addRange(second, std::vector<int64_t>{1, 2, 2}, 1);
  EXPECT_EQ(seen.min(), -8);
  EXPECT_EQ(seen.max(), 7);
  EXPECT_EQ(seen.count(), 8u);
  EXPECT_EQ(seen.channelMeans(), (std::vector<float>{2, 0}));
  EXPECT_EQ(seen.channelMaxima(), (std::vector<float>{5, 8}));
}

TEST(Statistics, FillsEqualBinsBetweenTheEnds) {
  Statistics seen;
  std::vector<float> values(histogramBins);
  std::iota(values.begin(), values.end(), 0.0f);
  seen.addRange(values, std::vector<int64_t>{int64_t(values.size())}, 0);
  seen.addHistogram(values, std::vector<int64_t>{int64_t(values.size())}, 0);
  EXPECT_EQ(std::accumulate(seen.histogram().begin(), seen.histogram().end(), uint64_t(0)),
            values.size());
  EXPECT_GE(seen.histogram().back(), 1u);
  EXPECT_LE(*std::max_element(seen.histogram().begin(), seen.histogram().end()), 2u);
}

TEST(Statistics, CountsWhatIsNotFiniteApart) {
  Statistics seen;
  const std::vector<float> values = {1, std::nanf(""), std::numeric_limits<float>::infinity(), 2};
  seen.addRange(values, std::vector<int64_t>{4}, 0);
  seen.addHistogram(values, std::vector<int64_t>{int64_t(values.size())}, 0);
  EXPECT_EQ(seen.notFinite(), 2u);
  EXPECT_EQ(seen.count(), 2u);
  EXPECT_EQ(seen.max(), 2);
}

TEST(Statistics, SeesHowFarChannelsLieFromTheirMeans) {
  Statistics seen;
  const std::vector<int64_t> shape = {1, 2, 2};
  const std::vector<float> first = {1, 3, 5, 5}, second = {2, 2, 7, 3};
  for (const auto &values : {first, second})
    seen.addRange(values, shape, 1);
  for (const auto &values : {first, second})
    seen.addHistogram(values, shape, 1);
  EXPECT_EQ(seen.channelDeviations(), (std::vector<float>{0.5, 1}));
}

TEST(Statistics, CountsZerosOfBothSigns) {
  Statistics seen;
  const std::vector<float> values = {0, -0.0f, 1, -1e-30f};
  seen.addRange(values, std::vector<int64_t>{4}, 0);
  EXPECT_EQ(seen.zeros(), 2u);
}

TEST(Statistics, AConstantTensorHasOneBin) {
  Statistics seen;
  const std::vector<float> values(5, 3.0f);
  seen.addRange(values, std::vector<int64_t>{5}, 0);
  seen.addHistogram(values, std::vector<int64_t>{int64_t(values.size())}, 0);
  EXPECT_EQ(seen.histogram().front(), 5u);
}

TEST(Statistics, ForgetsChannelsWhoseNumberChanges) {
  Statistics seen;
  const std::vector<float> values = {1, 2, 3, 4};
  seen.addRange(values, std::vector<int64_t>{4}, 0);
  seen.addRange(values, std::vector<int64_t>{2, 2}, 0);
  EXPECT_TRUE(seen.channelMeans().empty());
  EXPECT_EQ(seen.count(), 8u);
}
