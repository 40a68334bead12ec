#include "compiler/import/ExtentAlgebra.h"

#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>

using namespace mlir;
using mdc::importer::Agreement;
using mdc::importer::agreementOf;
using mdc::importer::boundsOf;
using mdc::importer::collected;
using mdc::importer::dividedExactly;
using mdc::importer::extentText;
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

TEST_F(ExtentAlgebra, BoundsSeeThatTermsCancel) {
  Interval rest = boundsOf(batch + length - batch, ranges);
  EXPECT_EQ(rest.low, 4);
  EXPECT_EQ(rest.high, 128);
}

TEST_F(ExtentAlgebra, CollectsEqualTerms) {
  EXPECT_EQ(collected(batch + length - batch), length);
  EXPECT_EQ(collected(length + batch), collected(batch + length));
  EXPECT_EQ(collected((batch + length - batch).floorDiv(2)), length.floorDiv(2));
  EXPECT_EQ(collected((batch + 1) * 2 - batch * 2), number(2));
}

TEST_F(ExtentAlgebra, TriesExtentsWhereTermsDiffer) {
  AffineExpr filled = length + ((4 - length % 4) % 4);
  EXPECT_EQ(agreementOf(filled.floorDiv(4) * 4, filled, ranges).kind, Agreement::Kind::Always);
  Agreement halves = agreementOf(batch * length.floorDiv(64) * 64, batch * length, ranges);
  EXPECT_EQ(halves.kind, Agreement::Kind::Sometimes);
  EXPECT_EQ(halves.names, llvm::SmallVector<unsigned>{1});
  ASSERT_EQ(halves.examples.size(), 2u);
  EXPECT_EQ(halves.examples.back().front(), 128);
  EXPECT_FALSE(halves.moreExamples);
  EXPECT_EQ(agreementOf(batch * 2, batch * 3, ranges).kind, Agreement::Kind::Never);
}

TEST_F(ExtentAlgebra, GivesUpOnTooManyExtents) {
  Interval wide[] = {{1, int64_t(1) << 31}, {1, int64_t(1) << 31}};
  EXPECT_EQ(agreementOf(batch, length, wide).kind, Agreement::Kind::Unknown);
}

TEST_F(ExtentAlgebra, FindsTwoSymbolsToBeOne) {
  auto equal = agreementOf(batch * 12, length * 12, ranges).equalSymbols;
  ASSERT_TRUE(equal);
  EXPECT_EQ(*equal, (std::pair<unsigned, unsigned>(0, 1)));
  EXPECT_FALSE(agreementOf(batch * 12, length * 6, ranges).equalSymbols);
}

TEST_F(ExtentAlgebra, PrintsTheNamesOfDimensions) {
  EXPECT_EQ(extentText(batch * 12 + length.floorDiv(4), {"batch", "rows"}),
            "'batch' * 12 + 'rows' floordiv 4");
}

} // namespace
