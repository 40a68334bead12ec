// Which entries a sparse weight stores, and where.
#include "compiler/lower/SparsePacking.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace mdc::lower;

namespace {

class SparsePackingTest : public testing::Test {
protected:
  void pack(llvm::ArrayRef<int64_t> shape, std::vector<float> values, llvm::StringRef text) {
    auto type = mlir::RankedTensorType::get(shape, mlir::Float32Type::get(&context));
    auto *bytes = reinterpret_cast<const char *>(values.data());
    std::vector<char> packed =
        packSparse({bytes, values.size() * sizeof(float)}, type, *parseSparsePacking(text));
    words.resize(packed.size() / 4);
    std::memcpy(words.data(), packed.data(), packed.size());
  }

  float weight(size_t at) const {
    float value;
    std::memcpy(&value, &words[at], sizeof value);
    return value;
  }

  mlir::MLIRContext context;
  std::vector<int32_t> words;
};

TEST_F(SparsePackingTest, AnEntryHoldsSixteenColumnsOfOneDepth) {
  std::vector<float> values(3 * 20, 0.0f);
  values[1 * 20 + 5] = 7;  // depth 1, column 5
  values[2 * 20 + 19] = 9; // depth 2, column 19
  pack({3, 20}, values, "sparse:16");
  ASSERT_EQ(words.size(), 16u + 16 + 2 * 16);
  EXPECT_EQ(words[0], 0);
  EXPECT_EQ(words[1], 1);
  EXPECT_EQ(words[2], 2);
  EXPECT_EQ(words[16], 1);
  EXPECT_EQ(words[17], 2);
  EXPECT_EQ(weight(32 + 5), 7);
  EXPECT_EQ(weight(48 + 3), 9);
}

TEST_F(SparsePackingTest, SingleWeightsHaveAListForEachColumnAndRun) {
  std::vector<float> values(2 * 100, 0.0f);
  values[1 * 100 + 2] = 4;  // column 1, depth 2
  values[0 * 100 + 97] = 5; // column 0, depth 97: the second of its run
  pack({2, 100}, values, "sparse:1:t");
  EXPECT_EQ(sparseLists(2, 1), 16);
  ASSERT_EQ(words.size(), 48u + 16 + 16);
  EXPECT_EQ(words[1], 0);
  EXPECT_EQ(words[2], 1);
  EXPECT_EQ(words[16], 1);
  EXPECT_EQ(words[17], 2);
  EXPECT_EQ(words[48], 2 | 1 << 16);
  EXPECT_EQ(weight(64), 4);
  EXPECT_EQ(weight(65), 5);
}

TEST_F(SparsePackingTest, TapsOfAPlaneLieInTheirPhases) {
  // One channel, a window of two rows and three columns with a stride of two: four phases of 32.
  pack({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6}, "sparse-plane:16:32:8:2:2:1:1");
  std::vector<int32_t> offsets;
  for (int entry = 0; entry < 6; ++entry)
    offsets.push_back(words[32 + entry / 2] >> (entry % 2 * 16) & 0xffff);
  EXPECT_EQ(offsets, (std::vector<int32_t>{0, 1, 32, 64, 65, 96}));
  std::vector<float> weights;
  for (int entry = 0; entry < 6; ++entry)
    weights.push_back(weight(48 + entry));
  EXPECT_EQ(weights, (std::vector<float>{1, 3, 2, 4, 6, 5}));
}

TEST_F(SparsePackingTest, ChannelsOfTheNextRunHaveListsOfTheirOwn) {
  std::vector<float> values(32, 0.0f);
  values[3] = 7;
  values[18] = 9; // channel 2 of the second run
  pack({1, 32, 1, 1}, values, "sparse-plane:16:48:8:1:1:1:1");
  EXPECT_EQ(words[1], 1);
  EXPECT_EQ(words[16], 1);
  EXPECT_EQ(words[17], 2);
  EXPECT_EQ(words[48], 3 * 48 | (2 * 48) << 16);
}

TEST_F(SparsePackingTest, EntriesOfAConvolutionAscendByOffset) {
  // Two channels of a block, a window of one row and two columns.
  pack({1, 2, 1, 2}, {1, 2, 3, 4}, "sparse-conv:16:1000:160:16");
  std::vector<int32_t> offsets(words.begin() + 16, words.begin() + 20);
  EXPECT_EQ(offsets, (std::vector<int32_t>{0, 1, 16, 17}));
  EXPECT_EQ(weight(32), 1);
  EXPECT_EQ(weight(48), 3);
  EXPECT_EQ(weight(64), 2);
  EXPECT_EQ(weight(80), 4);
}

TEST_F(SparsePackingTest, TextsAreReadBack) {
  for (llvm::StringRef text :
       {"sparse:16", "sparse:1:t", "sparse-conv:16:1000:160:16", "sparse-plane:32:128:16:2:1:1:3"})
    EXPECT_EQ(sparsePackingText(*parseSparsePacking(text)), text);
  for (llvm::StringRef text :
       {"", "sparse:3", "sparse-conv:16:1", "sparse-plane:32:1:1:1:1:1:", "panels:16", "c16"})
    EXPECT_FALSE(parseSparsePacking(text)) << text.str();
}

} // namespace
