#include "compiler/pipeline/SampleTable.h"

#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

using namespace mdc;
using namespace mdc::pipeline;

namespace {

struct ATable : testing::Test {
  std::optional<std::vector<NumpyArray>> read(const std::string &text) {
    return readSampleTable(folder.write("set.csv", text), inputs, diagnostics);
  }

  /// "LINE:COLUMN: message".
  std::string refusalOf(const std::string &text) {
    EXPECT_FALSE(read(text));
    if (diagnostics.all().empty())
      return "";
    const Diagnostic &last = diagnostics.all().back();
    return std::to_string(last.location.position.line) + ":" +
           std::to_string(last.location.position.column) + ": " + last.message;
  }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
  std::vector<package::ManifestTensor> inputs = {{"x", "FP32", {-1, 2}}, {"id", "INT8", {1}}};
};

} // namespace

TEST_F(ATable, HasOneSampleALine) {
  auto arrays = read("x.0,x.1,id,label\r\n0.5,-2,7,1\r\n1e3, 4 ,-8,0\r\n");
  ASSERT_TRUE(arrays && arrays->size() == 3);
  EXPECT_EQ((*arrays)[0].typeText(), "float32 [2, 1, 2]");
  EXPECT_EQ((*arrays)[0].element(2), 1000);
  EXPECT_EQ((*arrays)[1].typeText(), "int8 [2, 1]");
  EXPECT_EQ((*arrays)[1].element(1), -8);
  EXPECT_EQ((*arrays)[2].typeText(), "float64 [2]");
  EXPECT_EQ((*arrays)[2].name, "label");
}

TEST_F(ATable, MayHaveQuotesAroundNumbers) {
  auto arrays = read("\"x.0\",\"x.1\",\"id\"\n\"0.5\", \"-2\" ,\"7\"\n");
  ASSERT_TRUE(arrays);
  EXPECT_EQ((*arrays)[0].element(1), -2);
  EXPECT_EQ(refusalOf("x.0,x.1,id\n1,\"2,3\n"), "2:3: '\"2' is no number");
}

TEST_F(ATable, HasCommasBetweenItsCells) {
  EXPECT_EQ(refusalOf("x.0;x.1;id\n1;2;3\n"),
            "1:4: the table has a semicolon between columns, expected a comma");
  EXPECT_EQ(refusalOf("x.0\tx.1\tid\n"),
            "1:4: the table has a tab between columns, expected a comma");
}

TEST_F(ATable, ShortensWhatItRepeats) {
  EXPECT_EQ(refusalOf("x.0,x.1,id\n1," + std::string(99, 'a') + ",3\n"),
            "2:3: '" + std::string(40, 'a') + "...' is no number");
}

TEST_F(ATable, MayHoldExpectedOutputs) {
  auto arrays = read("id,y.0,y.1\n1,0.25,0.75\n");
  ASSERT_TRUE(arrays && arrays->size() == 2);
  EXPECT_EQ((*arrays)[1].typeText(), "float64 [1, 2]");
}

TEST_F(ATable, KnowsANameThatEndsInANumber) {
  inputs = {{"input.1", "FP32", {1}}};
  auto arrays = read("input.1,label\n3,1\n");
  ASSERT_TRUE(arrays);
  EXPECT_EQ((*arrays)[0].name, "input.1");
  EXPECT_EQ((*read("input.1.0,label\n3,1\n"))[0].name, "input.1");
}

TEST_F(ATable, NamesLineAndColumnOfWhatIsWrong) {
  EXPECT_EQ(refusalOf(""), "0:0: the table is empty, expected a head and one line for each sample");
  EXPECT_EQ(refusalOf("x.1,x.0,id\n"), "1:1: column 'x.1' stands where 'x.0' was expected");
  EXPECT_EQ(refusalOf("x.0,id,x.1\n"), "1:1: the columns of 'x' do not stand side by side");
  EXPECT_EQ(refusalOf("x.0,x.1,id\n1,2\n"), "2:1: the line has 2 values, expected 3");
  EXPECT_EQ(refusalOf("x.0,x.1,id\n1,2,3\n1,two,3\n"), "3:3: 'two' is no number");
  EXPECT_EQ(refusalOf("x.0,x.1,id\n1,2,200\n"), "2:5: '200' does not fit int8");
  EXPECT_EQ(refusalOf("x.0,id\n1,2\n"), "1:1: the table has 1 columns for 'x', expected 2");
}

TEST_F(ATable, CannotSayOpenExtents) {
  inputs = {{"x", "FP32", {-1, -1}}};
  EXPECT_NE(refusalOf("x.0,x.1\n1,2\n").find("fixed extents"), std::string::npos);
}
