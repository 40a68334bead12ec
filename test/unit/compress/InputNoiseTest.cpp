// Signal to noise by hand: steps of one over the range's 255 bytes, of variance 1 / 12.
#include "compiler/compress/InputNoise.h"

#include "dialects/graph/Graph.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

using namespace mdc::compress;

namespace {

class InputNoise : public testing::Test {
protected:
  InputNoise() { context.loadDialect<mdc::graph::GraphDialect, mlir::func::FuncDialect>(); }

  std::optional<double> decibels(llvm::StringRef body, const TensorStatistics &seen,
                                 const ByteParameters &bytes) {
    module = mlir::parseSourceString<mlir::ModuleOp>(body, &context);
    EXPECT_TRUE(module);
    return inputSqnrDb(layersOf(*module->getOps<mlir::func::FuncOp>().begin()).front(), seen,
                       bytes);
  }

  static TensorStatistics deviating(std::vector<float> deviations) {
    TensorStatistics seen;
    seen.channelDeviations = std::move(deviations);
    seen.count = 100;
    return seen;
  }

  static ByteParameters stepsOf(float scale) {
    ByteParameters bytes;
    bytes.scale = scale;
    return bytes;
  }

  static double db(double ratio) { return 10 * std::log10(ratio); }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

const char *kProduct = R"(
func.func @f(%x: tensor<4x2xf32>) -> tensor<4x1xf32> {
  %w = graph.constant dense<[[3.0], [1.0]]> : tensor<2x1xf32>
  %y = graph.matmul %x, %w : tensor<4x2xf32>, tensor<2x1xf32>
  return %y : tensor<4x1xf32>
})";

const char *kDepthwise = R"(
func.func @f(%x: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %w = graph.constant dense<2.0> : tensor<3x1x1x1xf32>
  %y = graph.conv %x, %w strides [1, 1] pads [0, 0, 0, 0] dilations [1, 1] groups 3
      : tensor<1x3x2x2xf32>, tensor<3x1x1x1xf32>
  return %y : tensor<1x3x2x2xf32>
})";

TEST_F(InputNoise, WeightsDecideWhichChannelsCount) {
  auto found = decibels(kProduct, deviating({10, 0}), stepsOf(0.5));
  double signal = 9 * 100 * std::numbers::pi / 2, noise = (9 + 1) * 0.25 / 12;
  ASSERT_TRUE(found);
  EXPECT_NEAR(*found, db(signal / noise), 1e-3);
}

TEST_F(InputNoise, ZerosMakeNone) {
  TensorStatistics seen = deviating({10, 10});
  auto dense = decibels(kProduct, seen, stepsOf(0.5));
  seen.zeros = 90;
  auto sparse = decibels(kProduct, seen, stepsOf(0.5));
  ASSERT_TRUE(dense && sparse);
  EXPECT_NEAR(*sparse - *dense, 10, 1e-6);
}

TEST_F(InputNoise, TheMedianChannelOfADepthwiseConvolutionByItsOwnScale) {
  ByteParameters bytes;
  bytes.channelScales = {1, 2, 4};
  auto found = decibels(kDepthwise, deviating({10, 10, 10}), bytes);
  ASSERT_TRUE(found);
  EXPECT_NEAR(*found, db(100 * std::numbers::pi / 2 / (4.0 / 12)), 1e-3);
}

TEST_F(InputNoise, NothingIsSaidOfWhatIsNotKnown) {
  EXPECT_FALSE(decibels(kProduct, deviating({}), {}));
  EXPECT_FALSE(decibels(kProduct, deviating({0, 0}), {})) << "a constant has no signal";
  EXPECT_FALSE(decibels(kDepthwise, deviating({1, 1}), {})) << "three channels, not two";
}

} // namespace
