#include "compiler/import/OpTable.h"

#include "compiler/import/Import.h"

#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>

using namespace mdc::importer;

namespace {

TEST(OpTable, NamesAreSortedAndDistinct) {
  std::vector<std::string> names = supportedOps();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(OpTable, FormsAreChosenByOpset) {
  const OpRow *scalesOnly = findOp("Resize", 10), *full = findOp("Resize", 11);
  ASSERT_TRUE(scalesOnly && full);
  EXPECT_NE(scalesOnly->build, full->build);
  EXPECT_FALSE(findOp("Upsample", 10));
  EXPECT_FALSE(findOp("NoSuchOperator", 17));
}

TEST(OpTable, FormsOfOneOperatorDoNotOverlap) {
  for (const std::string &name : supportedOps())
    for (int64_t opset = 1; opset <= kLastOpset; ++opset)
      if (const OpRow *row = findOp(name, opset)) {
        EXPECT_LE(row->firstOpset, opset) << name;
        EXPECT_GE(row->lastOpset, opset) << name;
      }
}

} // namespace
