#include "compiler/lower/TileTable.h"

#include <gtest/gtest.h>

using namespace mdc::lower;

namespace {

// Vector registers that the sums, a row of the right-hand side and a broadcast element take.
int64_t registersOf(const Machine &machine, int64_t rows, int64_t vectors) {
  int64_t registersPerVector = machine.registerLanes < kLanes ? kLanes / machine.registerLanes : 1;
  return (rows * vectors + vectors) * registersPerVector + 1;
}

class EachMachine : public testing::TestWithParam<const char *> {
protected:
  Machine machine = *machineOf(GetParam());
};

TEST_P(EachMachine, MatmulTilesFitTheRegisters) {
  for (int64_t panel : {16, 32, 48, 64})
    for (int64_t rows = 0; rows <= 200; ++rows) {
      auto count = rows ? std::optional(rows) : std::nullopt;
      RegisterTile tile = matmulTile(machine, panel, count);
      EXPECT_GE(tile.rows, 1);
      EXPECT_LE(registersOf(machine, tile.rows, tile.vectors), machine.vectorRegisters);
      EXPECT_TRUE(!count || tile.rows <= rows) << rows << " rows";
    }
}

// Beside those, pairs of 16-bit numbers take a product on its way to the sum.
TEST_P(EachMachine, TilesOfPairsFitTheRegisters) {
  for (int64_t panel : {16, 32, 48, 64}) {
    RegisterTile tile = matmulTile(machine, panel, std::nullopt, Terms::Pairs);
    EXPECT_LE(registersOf(machine, tile.rows, tile.vectors) + 1, machine.vectorRegisters);
    EXPECT_GE(tile.rows * tile.vectors, 6);
  }
}

TEST_P(EachMachine, ConvolutionTilesFitTheRegistersAndTheImage) {
  for (int64_t panel : {16, 32, 48})
    for (int64_t height : {1, 2, 7, 13, 56})
      for (int64_t width : {1, 3, 7, 14, 28, 112}) {
        PixelTile tile = convTile(machine, panel, height, width);
        EXPECT_LE(registersOf(machine, tile.height * tile.width, tile.vectors),
                  machine.vectorRegisters);
        EXPECT_LE(tile.height, height);
        EXPECT_LE(tile.width, width);
      }
}

INSTANTIATE_TEST_SUITE_P(Levels, EachMachine, testing::Values("v3", "v4"));

TEST(TileTable, PanelsDivideTheColumnsWhereTheyCan) {
  EXPECT_EQ(matmulPanelColumns(768), 48);
  EXPECT_EQ(matmulPanelColumns(1024), 64);
  EXPECT_EQ(matmulPanelColumns(32), 32);
  EXPECT_EQ(matmulPanelColumns(10), 16);
  EXPECT_EQ(matmulPanelColumns(1000), 48);
}

TEST(TileTable, TilesDivideTheRowsWhereTallOnesDo) {
  EXPECT_EQ(matmulTile(*machineOf("v4"), 48, 128).rows, 8);
  EXPECT_EQ(matmulTile(*machineOf("v3"), 48, 128).rows, 6);
  EXPECT_EQ(matmulTile(*machineOf("v3"), 48, 8).rows, 4);
  EXPECT_EQ(matmulTile(*machineOf("v4"), 48, 1).rows, 1);
}

// One row times one vector of 16 columns is two sums on v3, each of which waits for itself.
TEST(TileTable, FewRowsTakeMoreVectors) {
  Machine v3 = *machineOf("v3");
  EXPECT_EQ(matmulTile(v3, 48, 1).vectors, 3);
  EXPECT_EQ(matmulTile(v3, 48, 2).vectors, 2);
  EXPECT_EQ(matmulTile(v3, 48, 6).vectors, 1);
}

TEST_P(EachMachine, RestTilesFitTheRegisters) {
  for (int64_t panel : {16, 32, 48, 64})
    for (int64_t rows = 2; rows <= 200; ++rows)
      if (int64_t rest = rows % matmulTile(machine, panel, rows).rows) {
        RegisterTile tile = restTile(machine, panel, rest, Terms::Floats);
        EXPECT_EQ(tile.rows, rest);
        EXPECT_LE(registersOf(machine, tile.rows, tile.vectors), machine.vectorRegisters);
      }
}

TEST(TileTable, SumsUnrollByADivisor) {
  EXPECT_EQ(sumUnroll(64), 4);
  EXPECT_EQ(sumUnroll(21), 3);
  EXPECT_EQ(sumUnroll(10), 2);
  EXPECT_EQ(sumUnroll(1), 1);
}

} // namespace
