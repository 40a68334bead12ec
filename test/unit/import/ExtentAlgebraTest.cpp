#include "compiler/import/ExtentAlgebra.h"

#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>

using namespace mlir;
using mdc::importer::boundsOf;
using mdc::importer::dividedExactly;
using mdc::importer::Interval;

namespace {

class ExtentAlgebra : public testing::Test {
protected:
  AffineExpr number(int64_t value) { return getAffineConstantExpr(value, &context); }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  AffineExpr batch = getAffineSymbolExpr(0, &context);
  AffineExpr length = getAffineSymbolExpr(1, &context);
  Interval ranges[2] = {{1, 8}, {4, 128}};
};

TEST_F(ExtentAlgebra, DividesProductsOfSymbols) {
  EXPECT_EQ(dividedExactly(batch * length * 768, batch * 12), length * 64);
  EXPECT_EQ(dividedExactly(batch * length * 768, length * batch * 768), number(1));
}

TEST_F(ExtentAlgebra, DividesSums) {
  EXPECT_EQ(dividedExactly(batch * length + batch, length + 1), batch);
  EXPECT_EQ(dividedExactly(batch * 4 + 8, number(4)), batch + 2);
}

TEST_F(ExtentAlgebra, DividesByWindowCounts) {
  AffineExpr windows = (length - 3).floorDiv(2) + 1;
  EXPECT_EQ(dividedExactly(windows * 16, windows), number(16));
}

TEST_F(ExtentAlgebra, RefusesInexactQuotients) {
  EXPECT_FALSE(dividedExactly(batch * 3, number(2)));
  EXPECT_FALSE(dividedExactly(batch, length));
  EXPECT_FALSE(dividedExactly(batch + 1, batch));
  EXPECT_FALSE(dividedExactly(batch, number(0)));
}

TEST_F(ExtentAlgebra, BoundsFollowTheSymbols) {
  Interval sum = boundsOf(batch * 2 - length, ranges);
  EXPECT_EQ(sum.low, 2 - 128);
  EXPECT_EQ(sum.high, 16 - 4);
  Interval quotient = boundsOf((length - 1).floorDiv(2), ranges);
  EXPECT_EQ(quotient.low, 1);
  EXPECT_EQ(quotient.high, 63);
}

TEST_F(ExtentAlgebra, BoundsSaturate) {
  AffineExpr far = number(int64_t(1) << 61);
  EXPECT_EQ(boundsOf(batch * far, ranges).high, int64_t(1) << 62);
}

} // namespace
