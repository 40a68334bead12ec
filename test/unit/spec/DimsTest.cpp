#include "compiler/spec/Signature.h"

#include <gtest/gtest.h>

using namespace mdc;

static const std::vector<spec::SignatureTensor> inputs = {
    {"image", "FP32", {-1, 3, -1, 224}, {"batch", "", "", ""}},
    {"mask", "INT64", {-1, -1}, {"batch", "sequence length"}},
};

static spec::Spec specWith(const std::vector<std::string> &names) {
  spec::Spec spec;
  spec.path = "deploy.toml";
  for (const std::string &name : names) {
    spec::Dim dim;
    dim.name = name;
    dim.position = {5, 1};
    dim.variantExtents = {1};
    spec.model.dims.push_back(dim);
  }
  return spec;
}

TEST(Dims, ANamelessOneIsInputAndAxis) {
  EXPECT_EQ(spec::dimKey(inputs[0], 0), "batch");
  EXPECT_EQ(spec::dimKey(inputs[0], 2), "image.2");
}

TEST(Dims, AllBoundIsNoError) {
  Diagnostics found(nullptr);
  EXPECT_TRUE(checkDims(specWith({"batch", "image.2", "sequence length"}), inputs, found));
  EXPECT_TRUE(found.all().empty());
}

TEST(Dims, AnUnboundOneIsOneErrorWithTheLineToAdd) {
  Diagnostics found(nullptr);
  EXPECT_FALSE(checkDims(specWith({"image.2"}), inputs, found));
  ASSERT_EQ(found.all().size(), 2u); // batch once, though two inputs have it
  EXPECT_EQ(found.all()[0].message, "the dimension 'batch', axis 0 of input 'image', is open");
  EXPECT_NE(found.all()[0].notes.at(0).find("`batch = 1`"), std::string::npos);
  EXPECT_NE(found.all()[1].notes.at(0).find("`\"sequence length\" = 1`"), std::string::npos);
}

TEST(Dims, AMisspeltOneNamesTheNearMiss) {
  Diagnostics found(nullptr);
  EXPECT_FALSE(
      checkDims(specWith({"bacth", "batch", "image.2", "sequence length"}), inputs, found));
  ASSERT_EQ(found.all().size(), 1u);
  EXPECT_EQ(found.all()[0].message, "the model has no open dimension 'bacth'");
  EXPECT_EQ(found.all()[0].notes.at(0), "did you mean 'batch'?");
  EXPECT_EQ(found.all()[0].location.position, (SourcePosition{5, 1}));
}

TEST(Dims, AFixedModelTakesNone) {
  Diagnostics found(nullptr);
  EXPECT_FALSE(checkDims(specWith({"batch"}), {{"x", "FP32", {1, 16}, {}}}, found));
  ASSERT_EQ(found.all().size(), 1u);
  EXPECT_EQ(found.all()[0].notes.at(0), "all its extents are fixed; remove the line");
}
