#include "runtime/exec/Binding.h"

#include <gtest/gtest.h>

namespace mdc::exec {
namespace {

// Two inputs, [batch,3] and [batch,length]; variants of batch 1, 8 and 32, length up to 16.
const MdcDim dims[] = {{"batch", 1, 32}, {"length", 1, 16}};
const int32_t imageDims[] = {0, -1}, textDims[] = {0, 1};
const int64_t imageExtents[] = {-1, 3}, textExtents[] = {-1, -1};
const MdcSignature inputs[] = {{"image", MDC_F32, 2, imageDims, imageExtents},
                               {"text", MDC_I64, 2, textDims, textExtents}};
const int64_t small[] = {1, 16}, middle[] = {8, 16}, large[] = {32, 16};

class Binding : public testing::Test {
protected:
  Binding() {
    variants_[0].dims = small;
    variants_[1].dims = middle;
    variants_[2].dims = large;
    model_.dimCount = 2;
    model_.dims = dims;
    model_.inputCount = 2;
    model_.inputs = inputs;
    model_.variantCount = 3;
    model_.variants = variants_;
  }

  std::string refusal(std::vector<Shape> shapes) {
    Dims solved;
    std::string error;
    EXPECT_FALSE(solveDims(model_, shapes, solved, error));
    return error;
  }

  MdcVariant variants_[3] = {};
  MdcModel model_ = {};
};

TEST_F(Binding, ChoosesTheSmallestVariantThatHolds) {
  std::string error;
  EXPECT_EQ(chooseVariant(model_, {1, 16}, error), &variants_[0]);
  EXPECT_EQ(chooseVariant(model_, {2, 1}, error), &variants_[1]);
  EXPECT_EQ(chooseVariant(model_, {9, 1}, error), &variants_[2]);
  EXPECT_EQ(chooseVariant(model_, {33, 1}, error), nullptr);
}

TEST_F(Binding, SolvesDimensions) {
  Dims solved;
  std::string error;
  std::vector<Shape> shapes = {{5, 3}, {5, 7}};
  ASSERT_TRUE(solveDims(model_, shapes, solved, error)) << error;
  EXPECT_EQ(solved, (Dims{5, 7}));
}

TEST_F(Binding, RefusesShapesWithOneSentence) {
  EXPECT_EQ(refusal({{5, 3}}), "the request has 1 inputs, expected 2");
  EXPECT_EQ(refusal({{5}, {5, 7}}), "input 'image' has shape [5], expected [batch,3]");
  EXPECT_EQ(refusal({{5, 4}, {5, 7}}), "input 'image' has shape [5,4], expected [batch,3]");
  EXPECT_EQ(refusal({{0, 3}, {0, 7}}),
            "input 'image' has shape [0,3], expected [batch,3] with batch 1 to 32");
  EXPECT_EQ(refusal({{5, 3}, {5, 17}}),
            "input 'text' has shape [5,17], expected [batch,length] with length 1 to 16");
  EXPECT_EQ(refusal({{5, 3}, {6, 7}}),
            "input 'text' has batch 6, expected 5 as in the inputs before it");
}

} // namespace
} // namespace mdc::exec
