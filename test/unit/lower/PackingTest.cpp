// Where each element of a weight lands, against the formulas of Packing.h's comment.
#include "compiler/lower/Packing.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace mdc::lower;

namespace {

class PackingTest : public testing::Test {
protected:
  mlir::RankedTensorType typeOf(llvm::ArrayRef<int64_t> shape) {
    return mlir::RankedTensorType::get(shape, mlir::Float32Type::get(&context));
  }

  // The elements 1, 2, 3, ... packed; 0 is left for the filling.
  std::vector<float> packed(llvm::ArrayRef<int64_t> shape, llvm::StringRef packing) {
    mlir::RankedTensorType type = typeOf(shape);
    std::vector<float> plain(type.getNumElements());
    for (size_t i = 0; i < plain.size(); ++i)
      plain[i] = i + 1;
    auto *bytes = reinterpret_cast<const char *>(plain.data());
    std::vector<char> result = packWeight({bytes, plain.size() * sizeof(float)}, type, packing);
    EXPECT_EQ(result.size(), packedBytes(type, packing));
    std::vector<float> values(result.size() / sizeof(float));
    std::memcpy(values.data(), result.data(), result.size());
    return values;
  }

  mlir::MLIRContext context;
};

TEST_F(PackingTest, TapsLieBehindEachOtherWithAllTheirChannels) {
  const int64_t outs = 2, ins = 3, rows = 2, columns = 5;
  std::vector<float> values = packed({outs, ins, rows, columns}, "taps-last:4");
  ASSERT_EQ(values.size(), size_t(outs * rows * columns * 4));
  for (int64_t out = 0; out < outs; ++out)
    for (int64_t tap = 0; tap < rows * columns; ++tap)
      for (int64_t in = 0; in < 4; ++in) {
        float expected = in < ins ? (out * ins + in) * rows * columns + tap + 1 : 0;
        EXPECT_EQ(values[(out * rows * columns + tap) * 4 + in], expected);
      }
}

TEST_F(PackingTest, ChannelsOfADepthwiseWeightLieTogether) {
  const int64_t channels = 5, rows = 3, columns = 2;
  std::vector<float> values = packed({channels, 1, rows, columns}, "channels-last:4");
  ASSERT_EQ(values.size(), size_t(rows * columns * 8));
  for (int64_t tap = 0; tap < rows * columns; ++tap)
    for (int64_t channel = 0; channel < 8; ++channel)
      EXPECT_EQ(values[tap * 8 + channel],
                channel < channels ? channel * rows * columns + tap + 1 : 0);
}

TEST_F(PackingTest, StridesAreThoseOfTheElements) {
  using Strides = llvm::SmallVector<int64_t>;
  EXPECT_EQ(packedStrides(typeOf({2, 3, 2, 5}), "taps-last:4"), (Strides{40, 1, 20, 4}));
  EXPECT_EQ(packedStrides(typeOf({5, 1, 3, 2}), "channels-last:4"), (Strides{1, 1, 16, 8}));
  EXPECT_EQ(packedStrides(typeOf({2, 3, 2, 5}), "rows:4"), (Strides{32, 10, 5, 1}));
  EXPECT_FALSE(packedStrides(typeOf({2, 3, 2, 5}), "conv:16:16"));
  EXPECT_FALSE(parsePacking("taps-last:0"));
}

TEST_F(PackingTest, PanelsHoldColumnsSideBySide) {
  const int64_t depth = 3, columns = 20;
  std::vector<float> values = packed({depth, columns}, "panels:16");
  ASSERT_EQ(values.size(), 2u * depth * 16);
  for (int64_t column = 0; column < 32; ++column)
    for (int64_t k = 0; k < depth; ++k) {
      float expected = column < columns ? k * columns + column + 1 : 0;
      EXPECT_EQ(values[(column / 16 * depth + k) * 16 + column % 16], expected);
    }
}

TEST_F(PackingTest, PanelsOfATransposedWeightAreTheSame) {
  const int64_t depth = 3, columns = 20;
  std::vector<float> values = packed({columns, depth}, "panels:16:t");
  for (int64_t column = 0; column < columns; ++column)
    for (int64_t k = 0; k < depth; ++k)
      EXPECT_EQ(values[(column / 16 * depth + k) * 16 + column % 16], column * depth + k + 1);
}

TEST_F(PackingTest, PanelsRepeatForEachMatrix) {
  std::vector<float> values = packed({2, 3, 16}, "panels:16");
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(values[i], i + 1);
}

TEST_F(PackingTest, ConvolutionsPadBothKindsOfChannels) {
  const int64_t outs = 20, ins = 5, window = 6, block = 4, panel = 16;
  std::vector<float> values = packed({outs, ins, 2, 3}, "conv:16:4");
  ASSERT_EQ(values.size(), 2u * 2 * window * block * panel);
  for (int64_t out = 0; out < 32; ++out)
    for (int64_t in = 0; in < 8; ++in)
      for (int64_t tap = 0; tap < window; ++tap) {
        int64_t row = ((out / panel * 2 + in / block) * window + tap) * block + in % block;
        float expected = out < outs && in < ins ? (out * ins + in) * window + tap + 1 : 0;
        EXPECT_EQ(values[row * panel + out % panel], expected);
      }
}

// Rows of five taps are two groups of four, the second of them with three zeros.
TEST_F(PackingTest, TapsOfARowLieInGroupsForEachOutputChannel) {
  const int64_t outs = 20, rows = 3, columns = 5;
  std::vector<int8_t> plain(outs * rows * columns);
  for (size_t i = 0; i < plain.size(); ++i)
    plain[i] = static_cast<int8_t>(i % 100 + 1);
  auto type =
      mlir::RankedTensorType::get({outs, 1, rows, columns}, mlir::IntegerType::get(&context, 8));
  std::vector<char> packed = packWeight(
      {reinterpret_cast<const char *>(plain.data()), plain.size()}, type, "conv-taps:16");
  ASSERT_EQ(packed.size(), 2u * rows * 2 * 16 * 4);
  EXPECT_EQ(packed.size(), packedBytes(type, "conv-taps:16"));
  for (int64_t out = 0; out < 32; ++out)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < 8; ++column) {
        int64_t group = (out / 16 * rows + row) * 2 + column / 4;
        int expected =
            out < outs && column < columns ? plain[(out * rows + row) * columns + column] : 0;
        EXPECT_EQ(packed[(group * 16 + out % 16) * 4 + column % 4], expected);
      }
}

TEST_F(PackingTest, DepthwiseWindowsLieInVectorsOfChannels) {
  const int64_t channels = 18, window = 9;
  std::vector<float> values = packed({channels, 1, 3, 3}, "depthwise");
  ASSERT_EQ(values.size(), 2u * window * 16);
  for (int64_t channel = 0; channel < 32; ++channel)
    for (int64_t tap = 0; tap < window; ++tap) {
      float expected = channel < channels ? channel * window + tap + 1 : 0;
      EXPECT_EQ(values[(channel / 16 * window + tap) * 16 + channel % 16], expected);
    }
}

TEST_F(PackingTest, RowsBeginAtMultiplesAndEndWithZeros) {
  std::vector<float> values = packed({3, 2, 3, 1}, "rows:4");
  ASSERT_EQ(values.size(), 3u * 8);
  EXPECT_EQ(rowPitch(typeOf({3, 2, 3, 1}), "rows:4"), 8);
  EXPECT_EQ(rowPitch(typeOf({3, 2, 3, 1}), ""), 6);
  for (int64_t row = 0; row < 3; ++row)
    for (int64_t at = 0; at < 8; ++at)
      EXPECT_EQ(values[row * 8 + at], at < 6 ? float(row * 6 + at + 1) : 0);
}

TEST_F(PackingTest, OneElementStandsForAll) {
  float one = 7;
  auto *bytes = reinterpret_cast<const char *>(&one);
  std::vector<char> result = packWeight({bytes, sizeof one}, typeOf({2, 16}), "panels:16");
  ASSERT_EQ(result.size(), 2u * 16 * sizeof(float));
  for (size_t i = 0; i < result.size(); i += sizeof one)
    EXPECT_EQ(std::memcmp(result.data() + i, &one, sizeof one), 0);
}

TEST_F(PackingTest, NamesAreReadAsTheyAreWritten) {
  for (llvm::StringRef name :
       {"panels:48", "panels:16:t", "conv:32:16", "conv-taps:32", "depthwise", "rows:8"}) {
    auto packing = parsePacking(name);
    ASSERT_TRUE(packing) << name.str();
    EXPECT_EQ(packingText(*packing), name);
  }
  for (llvm::StringRef name : {"", "c16", "panels:", "panels:x", "conv:16", "conv-taps:16:4",
                               "depthwise:4", "rows:0", "rows:8:t"})
    EXPECT_FALSE(parsePacking(name)) << name.str();
}

} // namespace
