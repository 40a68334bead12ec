// How panels without their zeros lie in memory.
#include "compiler/lower/Packing.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace mdc::lower;

namespace {

std::vector<uint32_t> wordsOf(llvm::ArrayRef<float> elements, const SparseBits &bits) {
  std::vector<char> packed = leaveOutZeros(elements, bits);
  std::vector<uint32_t> words(packed.size() / 4);
  std::memcpy(words.data(), packed.data(), packed.size());
  return words;
}

float number(uint32_t word) {
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

TEST(SparseBits, PanelsSayWhereTheirValuesBegin) {
  std::vector<float> elements(32, 0.0f);
  elements[3] = 7;
  elements[15] = 8;
  elements[16] = 9;
  std::vector<uint32_t> words = wordsOf(elements, {2, 16});
  ASSERT_EQ(words.size(), 16u + 16 + 32);
  EXPECT_EQ(words[0], 0u);
  EXPECT_EQ(words[1], 2u);
  EXPECT_EQ(words[16], 1u << 3 | 1u << 15 | 1u << 16);
  EXPECT_EQ(number(words[32]), 7);
  EXPECT_EQ(number(words[33]), 8);
  EXPECT_EQ(number(words[34]), 9);
}

TEST(SparseBits, AWholeVectorIsReadableFromTheLastValueOn) {
  std::vector<uint32_t> words = wordsOf(std::vector<float>(16, 1.0f), {1, 16});
  EXPECT_EQ(words.size(), 16u + 16 + 16 + 16);
  EXPECT_EQ(words.back(), 0u);
}

TEST(SparseBits, TextNamesAPackingOfFloatsInPanels) {
  auto conv = parsePacking("sparse-bits:conv:32:16");
  ASSERT_TRUE(conv && conv->bits);
  EXPECT_EQ(packingText(*conv), "sparse-bits:conv:32:16");
  for (llvm::StringRef text : {"sparse-bits:", "sparse-bits:groups:32", "sparse-bits:depthwise",
                               "sparse-bits:sparse-bits:panels:32"})
    EXPECT_FALSE(parsePacking(text)) << text.str();
}

TEST(SparseBits, EveryMatrixHasItsPanels) {
  mlir::MLIRContext context;
  auto type = mlir::RankedTensorType::get({3, 10, 50}, mlir::Float32Type::get(&context));
  SparseBits bits = sparseBits(type, *parsePacking("sparse-bits:panels:32"));
  EXPECT_EQ(bits.panels, 6);
  EXPECT_EQ(bits.panelElements, 320);
}

} // namespace
