#include "compiler/lower/kernels/MatmulShape.h"

#include <gtest/gtest.h>

using namespace mdc::lower;

namespace {

class MatmulBlocksTest : public testing::Test {
protected:
  MatmulBlocks blocksOf(int64_t rows, int64_t panels, int64_t rounds) {
    MatmulShape shape;
    shape.rows = rows < 0 ? mlir::getAffineSymbolExpr(0, &context)
                          : mlir::getAffineConstantExpr(rows, &context);
    shape.batchCount = mlir::getAffineConstantExpr(1, &context);
    return matmulBlocks(shape, panels, rounds * 48 * 4, rounds, {6, 1});
  }

  mlir::MLIRContext context;
};

TEST_F(MatmulBlocksTest, PanelsThatTheCacheHoldsAreOneBlock) {
  EXPECT_EQ(blocksOf(128, 64, 768).depthRounds, 768);
}

TEST_F(MatmulBlocksTest, DeeperPanelsAreCutIntoEqualRunsOfWholeUnrolledRounds) {
  MatmulBlocks blocks = blocksOf(128, 16, 3071);
  EXPECT_EQ(blocks.depthRounds, 768);
}

TEST_F(MatmulBlocksTest, PartialSumsFitTheStack) {
  for (int64_t rows : {-1, 1, 100, 300, 5000})
    EXPECT_LE(blocksOf(rows, 64, 3072).rowTiles * 6, 256) << rows << " rows";
}

TEST_F(MatmulBlocksTest, FewPanelsShareTheRowsAmongThreads) {
  EXPECT_EQ(blocksOf(128, 64, 768).rowTiles, 22);
  EXPECT_LT(blocksOf(128, 4, 768).rowTiles, 22);
}

} // namespace
