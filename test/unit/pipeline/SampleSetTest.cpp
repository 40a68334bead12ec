#include "compiler/pipeline/SampleSet.h"

#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace mdc;
using namespace mdc::pipeline;

namespace {

template <typename T>
NumpyArray arrayOf(const std::string &name, char kind, std::vector<int64_t> extents,
                   const std::vector<T> &values) {
  NumpyArray array;
  array.name = name;
  array.kind = kind;
  array.itemBytes = sizeof(T);
  array.extents = std::move(extents);
  array.bytes.resize(values.size() * sizeof(T));
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

NumpyArray floats(const std::string &name, std::vector<int64_t> extents) {
  size_t count = 1;
  for (int64_t extent : extents)
    count *= size_t(extent);
  std::vector<float> values(count);
  for (size_t at = 0; at < count; ++at)
    values[at] = float(at);
  return arrayOf(name, 'f', std::move(extents), values);
}

struct ASampleSet : testing::Test {
  std::optional<SampleSet> read(std::vector<NumpyArray> arrays) {
    EXPECT_TRUE(writeNpz(folder.path("set.npz"), arrays, diagnostics));
    return readSampleSet({folder.path("set.npz"), "", ""}, inputs, "accuracy set", diagnostics);
  }

  std::string refusalOf(std::vector<NumpyArray> arrays) {
    EXPECT_FALSE(read(std::move(arrays)));
    EXPECT_EQ(diagnostics.errorCount(), 1u);
    if (diagnostics.all().empty())
      return "";
    EXPECT_EQ(diagnostics.all().back().location.file, folder.path("set.npz"));
    EXPECT_FALSE(diagnostics.all().back().notes.empty());
    return diagnostics.all().back().message;
  }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
  std::vector<package::ManifestTensor> inputs = {{"image", "FP32", {-1, 2, 2}}};
  NumpyArray labels = arrayOf<int64_t>("label", 'i', {3}, {0, 1, 0});
};

} // namespace

TEST_F(ASampleSet, TakesSamplesWithOrWithoutABatchAxis) {
  for (std::vector<int64_t> extents : {std::vector<int64_t>{3, 2, 2}, {3, 1, 2, 2}}) {
    auto set = read({floats("image", extents), labels});
    ASSERT_TRUE(set);
    EXPECT_EQ(set->samples, 3);
    EXPECT_EQ(set->inputs[0].extents, (std::vector<int64_t>{3, 1, 2, 2}));
    ASSERT_TRUE(set->other("label"));
    EXPECT_EQ(set->other("label")->element(1), 1);
    EXPECT_FALSE(set->other("image"));
  }
}

TEST_F(ASampleSet, DropsABatchAxisThatTheModelLacks) {
  inputs = {{"image", "FP32", {2, 2}}};
  auto set = read({floats("image", {3, 1, 2, 2})});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->inputs[0].extents, (std::vector<int64_t>{3, 2, 2}));
}

TEST_F(ASampleSet, HasItsInputsInTheModelsOrder) {
  inputs = {{"z", "FP32", {1}}, {"a", "INT64", {1}}};
  auto set = read({arrayOf<int64_t>("a", 'i', {2, 1}, {5, 6}), floats("z", {2, 1})});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->inputs[0].name, "z");
  EXPECT_EQ(set->inputs[1].name, "a");
}

TEST_F(ASampleSet, JoinsSomeSamplesAlongTheBatch) {
  auto set = read({floats("image", {3, 2, 2})});
  ASSERT_TRUE(set);
  std::vector<NumpyArray> joined = joinedSamples(*set, 1, 2);
  EXPECT_EQ(joined[0].extents, (std::vector<int64_t>{2, 2, 2}));
  EXPECT_EQ(joined[0].element(0), 4);
  EXPECT_EQ(joined[0].element(7), 11);
}

TEST_F(ASampleSet, IsAlsoAPairOfFiles) {
  folder.write("x.npy", "");
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), }";
  std::string file("\x93NUMPY\x01\x00", 8);
  file += char(header.size());
  file += '\0';
  folder.write("x.npy", file + header + std::string(16, '\0'));
  auto set = readSampleSet({"", folder.path("x.npy"), ""}, inputs, "accuracy set", diagnostics);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->inputs[0].name, "image");
  inputs.push_back(inputs.front());
  EXPECT_FALSE(readSampleSet({"", folder.path("x.npy"), ""}, inputs, "accuracy set", diagnostics));
}

TEST_F(ASampleSet, WithoutAnInputIsRefused) {
  EXPECT_EQ(refusalOf({floats("picture", {3, 2, 2})}),
            "the accuracy set has no array 'image', expected float32 [samples, ?, 2, 2]");
}

TEST_F(ASampleSet, OfNoSamplesIsRefused) {
  EXPECT_EQ(refusalOf({floats("image", {0, 2, 2})}),
            "array 'image' of the accuracy set is empty: float32 [0, 1, 2, 2]");
}

TEST_F(ASampleSet, OfAnotherShapeIsRefused) {
  EXPECT_EQ(refusalOf({floats("image", {3, 2, 5})}),
            "array 'image' of the accuracy set is float32 [3, 2, 5], expected [samples, ?, 2, 2]");
}

TEST_F(ASampleSet, OfAnotherTypeIsRefused) {
  EXPECT_EQ(refusalOf({arrayOf<double>("image", 'f', {1, 2, 2}, {1, 2, 3, 4})}),
            "array 'image' of the accuracy set is float64 [1, 2, 2], expected float32");
}

TEST_F(ASampleSet, OfDifferentCountsIsRefused) {
  EXPECT_EQ(refusalOf({floats("image", {2, 2, 2}), labels}),
            "array 'label' of the accuracy set has 3 samples, but 'image' has 2");
}

TEST_F(ASampleSet, WithANanIsRefused) {
  NumpyArray images = floats("image", {3, 2, 2});
  const float nan = std::nanf("");
  std::memcpy(images.bytes.data() + 9 * sizeof nan, &nan, sizeof nan);
  EXPECT_EQ(refusalOf({images, labels}),
            "array 'image' of the accuracy set holds a NaN in sample 2, expected finite numbers");
}

TEST_F(ASampleSet, HasADigestOfItsFiles) {
  folder.write("x", "1");
  folder.write("y", "2");
  auto pair = setDigest({"", folder.path("x"), folder.path("y")}, diagnostics);
  auto swapped = setDigest({"", folder.path("y"), folder.path("x")}, diagnostics);
  EXPECT_TRUE(pair && swapped && pair != swapped);
  EXPECT_FALSE(setDigest({folder.path("none"), "", ""}, diagnostics));
}
