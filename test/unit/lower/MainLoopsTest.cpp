#include "compiler/lower/gpu/MainLoops.h"

#include <gtest/gtest.h>

using namespace mdc::lower;

namespace {

TEST(MainLoops, TilesEnoughForEveryMultiprocessorAreLarge) {
  LoopChoice choice = chooseLoop("f32", {4096, 4096, 1024, 1});
  EXPECT_EQ(choice.loop.name, "128x128");
  EXPECT_EQ(choice.splits, 1);
}

TEST(MainLoops, FewRowsTakeALoopThatHasNoMore) {
  EXPECT_EQ(chooseLoop("f32", {1, 4096, 4096, 1}).loop.name, "1x32");
  EXPECT_EQ(chooseLoop("f32", {3, 4096, 4096, 1}).loop.name, "4x32");
}

TEST(MainLoops, FewTilesShareTheirDepth) {
  EXPECT_GT(chooseLoop("f32", {1, 768, 4096, 1}).splits, 1);
  EXPECT_GT(chooseLoop("f32", {128, 768, 3072, 1}).splits, 1);
}

TEST(MainLoops, AShortDepthIsNotShared) { EXPECT_EQ(chooseLoop("f32", {8, 32, 16, 1}).splits, 1); }

TEST(MainLoops, BatchesAreTiles) {
  LoopChoice one = chooseLoop("f32", {128, 128, 64, 1}),
             many = chooseLoop("f32", {128, 128, 64, 512});
  EXPECT_LT(one.loop.rows, many.loop.rows);
}

TEST(MainLoops, TensorCoresHaveTilesOfTheirOwn) {
  EXPECT_EQ(chooseLoop("bf16", {4096, 4096, 1024, 1}).loop.sharedBytes, 65536);
  EXPECT_EQ(chooseLoop("f16", {1, 4096, 4096, 1}).loop.name, "16x64");
}

TEST(MainLoops, Sm90aHasLoopsOfItsOwnForElementsOfUpTo16Bits) {
  EXPECT_EQ(chooseSm90aLoop("bf16", {4096, 4096, 4096, 1})->loop.name, "128x256");
  EXPECT_EQ(chooseSm90aLoop("f16", {64, 64, 256, 1})->loop.name, "64x64");
  EXPECT_FALSE(chooseSm90aLoop("tf32", {4096, 4096, 4096, 1}));
  EXPECT_EQ(chooseSm90aLoop("u8s8", {4096, 4096, 4096, 1})->loop.depth, 128);
  EXPECT_FALSE(chooseSm90aLoop("bf16", {1, 4096, 4096, 1}));
}

} // namespace
