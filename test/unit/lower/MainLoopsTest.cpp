#include "compiler/lower/gpu/MainLoops.h"

#include <gtest/gtest.h>

using namespace mdc::lower;

namespace {

LoopChoice choose(llvm::StringRef element, const ProductExtents &extents) {
  return *chooseLoop(LoopKind::Matmul, element, extents);
}

TEST(MainLoops, TilesEnoughForEveryMultiprocessorAreLarge) {
  LoopChoice choice = choose("f32", {4096, 4096, 1024, 1});
  EXPECT_EQ(choice.loop.name, "128x128");
  EXPECT_EQ(choice.splits, 1);
}

TEST(MainLoops, FewRowsTakeALoopThatHasNoMore) {
  EXPECT_EQ(choose("f32", {1, 4096, 4096, 1}).loop.name, "1x32");
  EXPECT_EQ(choose("f32", {3, 4096, 4096, 1}).loop.name, "4x32");
}

TEST(MainLoops, FewTilesShareTheirDepth) {
  EXPECT_GT(choose("f32", {1, 768, 4096, 1}).splits, 1);
  EXPECT_GT(choose("f32", {128, 768, 3072, 1}).splits, 1);
}

TEST(MainLoops, AShortDepthIsNotShared) { EXPECT_EQ(choose("f32", {8, 32, 16, 1}).splits, 1); }

TEST(MainLoops, BatchesAreTiles) {
  LoopChoice one = choose("f32", {128, 128, 64, 1}), many = choose("f32", {128, 128, 64, 512});
  EXPECT_LT(one.loop.rows, many.loop.rows);
}

TEST(MainLoops, TensorCoresHaveTilesOfTheirOwn) {
  EXPECT_EQ(choose("bf16", {4096, 4096, 1024, 1}).loop.sharedBytes, 65536);
  EXPECT_EQ(choose("f16", {16, 4096, 4096, 1}).loop.name, "16x64");
}

TEST(MainLoops, FewRowsOfAnyElementAreReadOnce) {
  for (const char *element : {"tf32", "f16", "bf16", "u8s8", "s8u8"}) {
    EXPECT_EQ(choose(element, {1, 4096, 4096, 1}).loop.name, "1x32");
    EXPECT_EQ(choose(element, {3, 4096, 4096, 1}).loop.name, "4x32");
    EXPECT_EQ(choose(element, {5, 4096, 4096, 1}).loop.name, "16x64");
  }
  EXPECT_EQ(choose("u8s8", {1, 4096, 4096, 1}).loop.depth, 512);
  EXPECT_EQ(choose("u8s8", {1, 4096, 4096, 1}).loop.sharedBytes, 4096);
}

TEST(MainLoops, Sm90aHasLoopsOfItsOwnForElementsOfUpTo16Bits) {
  EXPECT_EQ(chooseSm90aLoop(LoopKind::Matmul, "bf16", {4096, 4096, 4096, 1})->loop.name, "128x256");
  EXPECT_EQ(chooseSm90aLoop(LoopKind::Matmul, "f16", {64, 64, 256, 1})->loop.name, "64x64");
  EXPECT_FALSE(chooseSm90aLoop(LoopKind::Matmul, "tf32", {4096, 4096, 4096, 1}));
  EXPECT_EQ(chooseSm90aLoop(LoopKind::Matmul, "u8s8", {4096, 4096, 4096, 1})->loop.depth, 128);
  EXPECT_FALSE(chooseSm90aLoop(LoopKind::Matmul, "bf16", {1, 4096, 4096, 1}));
}

TEST(MainLoops, ConvolutionsHaveNoLoopOfFewRows) {
  EXPECT_EQ(chooseLoop(LoopKind::Conv, "f32", {1, 4096, 4096, 1})->loop.name, "32x32");
  EXPECT_EQ(chooseLoop(LoopKind::Conv, "f16", {1, 4096, 4096, 1})->loop.name, "16x64");
}

TEST(MainLoops, TwoWarpsCopyTheWindowsOfAConvolutionOnSm90a) {
  LoopChoice matmul = *chooseSm90aLoop(LoopKind::Matmul, "bf16", {8192, 128, 576, 1}),
             conv = *chooseSm90aLoop(LoopKind::Conv, "bf16", {8192, 128, 576, 1});
  EXPECT_EQ(matmul.loop.name, conv.loop.name);
  EXPECT_EQ(matmul.loop.threads + 32, conv.loop.threads);
}

TEST(MainLoops, AGridHasFewBlocksAlongRows) {
  EXPECT_EQ(choose("f32", {5'000'000, 32, 32, 1}).loop.name, "128x128");
  EXPECT_FALSE(chooseLoop(LoopKind::Matmul, "f32", {10'000'000, 32, 32, 1}));
}

TEST(MainLoops, AttentionOnSm90aIsOf16BitsAndOfMoreThanAFewRows) {
  EXPECT_EQ(sm90aAttentionLoop("bf16", 128, 40)->width, 64);
  EXPECT_EQ(sm90aAttentionLoop("f16", 17, 65)->width, 128);
  EXPECT_FALSE(sm90aAttentionLoop("f16", 128, 129));
  EXPECT_FALSE(sm90aAttentionLoop("f16", 16, 64));
  EXPECT_FALSE(sm90aAttentionLoop("f32", 128, 64));
}

} // namespace
