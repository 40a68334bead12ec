#include "runtime/exec/Padding.h"

#include <gtest/gtest.h>
#include <vector>

namespace mdc::exec {
namespace {

using Values = std::vector<int32_t>;

Values copied(const Values &from, std::vector<int64_t> fromShape, std::vector<int64_t> toShape) {
  Values to(elementCount(toShape), -1);
  copyCommonBlock(reinterpret_cast<std::byte *>(to.data()), toShape,
                  reinterpret_cast<const std::byte *>(from.data()), fromShape, sizeof(int32_t));
  return to;
}

TEST(Padding, GrowsAlongAnyAxis) {
  EXPECT_EQ(copied({1, 2}, {1, 2}, {2, 2}), (Values{1, 2, -1, -1}));
  EXPECT_EQ(copied({1, 2}, {2, 1}, {2, 2}), (Values{1, -1, 2, -1}));
  EXPECT_EQ(copied({1, 2, 3, 4}, {2, 1, 2}, {2, 2, 2}), (Values{1, 2, -1, -1, 3, 4, -1, -1}));
}

TEST(Padding, ShrinksToTheRequest) {
  EXPECT_EQ(copied({1, 2, 3, 4, 5, 6}, {2, 3}, {2, 2}), (Values{1, 2, 4, 5}));
  EXPECT_EQ(copied({7}, {}, {}), (Values{7}));
}

TEST(Padding, PrefixOnlyWhereNoLongAxisComesBefore) {
  using Extents = std::vector<int64_t>;
  EXPECT_TRUE(isPrefix(Extents{3, 5}, Extents{8, 5}));
  EXPECT_TRUE(isPrefix(Extents{1, 3, 5}, Extents{1, 8, 5}));
  EXPECT_TRUE(isPrefix(Extents{}, Extents{}));
  EXPECT_FALSE(isPrefix(Extents{2, 3}, Extents{2, 8}));
  EXPECT_FALSE(isPrefix(Extents{1, 3}, Extents{8, 8}));
}

} // namespace
} // namespace mdc::exec
