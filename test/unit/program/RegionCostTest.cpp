#include "compiler/program/RegionCost.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mdc;
using namespace mdc::program;

namespace {

class ARegion : public testing::Test {
protected:
  ARegion() { context.loadDialect<graph::GraphDialect, mlir::func::FuncDialect>(); }

  RegionCost cost(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    RegionCost found;
    module->walk([&](graph::FusedOp fused) { found = costOf(fused, {}); });
    return found;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_F(ARegion, ReadsTheRowsOfATableThatItGathers) {
  RegionCost found = cost(R"(
    func.func @main(%w: tensor<100x8xf32>, %i: tensor<3xi64>) -> tensor<3x8xf32> {
      %0 = graph.fused "loops"(%w, %i) : (tensor<100x8xf32>, tensor<3xi64>) -> tensor<3x8xf32> {
      ^bb0(%table: tensor<100x8xf32>, %at: tensor<3xi64>):
        %1 = graph.gather %table, %at axis 0 : tensor<100x8xf32>, tensor<3xi64>
        graph.yield %1 : tensor<3x8xf32>
      }
      return %0 : tensor<3x8xf32>
    })");
  EXPECT_EQ(found.bytes, 2u * 3 * 8 * 4 + 3 * 8); // rows in and out, indices
}

TEST_F(ARegion, ReadsAllOfATableThatAnotherOpReadsToo) {
  RegionCost found = cost(R"(
    func.func @main(%w: tensor<4x8xf32>, %i: tensor<1xi64>) -> tensor<4x8xf32> {
      %0 = graph.fused "loops"(%w, %i) : (tensor<4x8xf32>, tensor<1xi64>) -> tensor<4x8xf32> {
      ^bb0(%table: tensor<4x8xf32>, %at: tensor<1xi64>):
        %1 = graph.gather %table, %at axis 0 : tensor<4x8xf32>, tensor<1xi64>
        %2 = graph.binary add %table, %1 : tensor<4x8xf32>, tensor<1x8xf32>
        graph.yield %2 : tensor<4x8xf32>
      }
      return %0 : tensor<4x8xf32>
    })");
  EXPECT_EQ(found.bytes, 2u * 4 * 8 * 4 + 8);
}

} // namespace
