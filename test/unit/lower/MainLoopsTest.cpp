#include "compiler/lower/gpu/MainLoops.h"

#include <gtest/gtest.h>

using namespace mdc::lower;

namespace {

TEST(MainLoops, TilesEnoughForEveryMultiprocessorAreLarge) {
  LoopChoice choice = chooseLoop(4096, 4096, 1024, 1);
  EXPECT_EQ(choice.loop.name, "f32_128x128");
  EXPECT_EQ(choice.splits, 1);
}

TEST(MainLoops, FewRowsTakeALoopThatHasNoMore) {
  EXPECT_EQ(chooseLoop(1, 4096, 4096, 1).loop.name, "f32_1x32");
  EXPECT_EQ(chooseLoop(3, 4096, 4096, 1).loop.name, "f32_4x32");
}

TEST(MainLoops, FewTilesShareTheirDepth) {
  EXPECT_GT(chooseLoop(1, 768, 4096, 1).splits, 1);
  EXPECT_GT(chooseLoop(128, 768, 3072, 1).splits, 1);
}

TEST(MainLoops, AShortDepthIsNotShared) { EXPECT_EQ(chooseLoop(8, 32, 16, 1).splits, 1); }

TEST(MainLoops, BatchesAreTiles) {
  LoopChoice one = chooseLoop(128, 128, 64, 1), many = chooseLoop(128, 128, 64, 512);
  EXPECT_LT(one.loop.rows, many.loop.rows);
}

} // namespace
