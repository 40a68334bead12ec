#include "test/unit/serve/RequestModel.h"

#include <gtest/gtest.h>

using namespace mdc::serve;
using namespace mdc::serve::test;

namespace {

const std::string flag = R"({"name":"input1","shape":[1],"datatype":"BOOL","data":[true]})";

// A request whose input0 is `members` beside its name, and whose input1 is right.
std::string withInput0(const std::string &members) {
  return R"({"inputs":[{"name":"input0",)" + members + "}," + flag + "]}";
}

struct Parsed {
  bool parsed = false;
  std::string error;
  std::vector<uint32_t> input0 = std::vector<uint32_t>(4);
};

// Parses and decodes input0, as the server does after it has checked the shapes.
Parsed parse(const std::string &text) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body body(text);
  Parsed result;
  result.parsed = request.parse(body.bytes(), std::nullopt, result.error) &&
                  request.decode(0, bytesOf(result.input0), result.error);
  return result;
}

void expectRefusal(const std::string &text, const std::string &sentence) {
  Parsed result = parse(text);
  EXPECT_FALSE(result.parsed) << text;
  EXPECT_NE(result.error.find(sentence), std::string::npos) << result.error;
}

const std::string shaped = R"("shape":[2,2],"datatype":"UINT32",)";

} // namespace

TEST(OipRequest, TakesTheExampleOfTheProtocol) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body body(R"({"id":"42","inputs":[
      {"name":"input0","shape":[2,2],"datatype":"UINT32","data":[1,2,3,4]},
      {"name":"input1","shape":[3],"datatype":"BOOL","data":[true,false,true]}],
      "outputs":[{"name":"output0"}]})");
  std::string error;
  ASSERT_TRUE(request.parse(body.bytes(), std::nullopt, error)) << error;
  EXPECT_EQ(request.id(), "42");
  EXPECT_EQ(request.shapes()[0], (mdc::exec::Shape{2, 2}));
  EXPECT_EQ(request.shapes()[1], (mdc::exec::Shape{3}));
  ASSERT_EQ(request.outputs().size(), 1u);
  EXPECT_EQ(request.outputs()[0].index, 0u);
  EXPECT_FALSE(request.outputs()[0].binary);
  std::vector<uint32_t> numbers(4);
  std::vector<uint8_t> flags(3);
  ASSERT_TRUE(request.decode(0, bytesOf(numbers), error)) << error;
  ASSERT_TRUE(request.decode(1, bytesOf(flags), error)) << error;
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(flags, (std::vector<uint8_t>{1, 0, 1}));
}

TEST(OipRequest, TakesDataBeforeItsShape) {
  EXPECT_EQ(parse(withInput0(R"("data":[9,8,7,6],)" + shaped + R"("x":1)")).input0,
            (std::vector<uint32_t>{9, 8, 7, 6}));
}

TEST(OipRequest, TakesNestedData) {
  EXPECT_EQ(parse(withInput0(shaped + R"("data":[[1,2],[3,4]])")).input0,
            (std::vector<uint32_t>{1, 2, 3, 4}));
}

TEST(OipRequest, IgnoresUnknownMembersAndParameters) {
  EXPECT_TRUE(parse(R"({"parameters":{"my_custom_parameter":42},"extra":[[[]]],"inputs":[)" + flag +
                    R"(,{"name":"input0",)" + shaped +
                    R"("parameters":{"custom":"a"},"data":[1,2,3,4]}]})")
                  .parsed);
}

TEST(OipRequest, KeepsTheOrderOfRequestedOutputs) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body body(
      R"({"outputs":[{"name":"output1","parameters":{"binary_data":true}},{"name":"output0"}],)" +
      withInput0(shaped + R"("data":[1,2,3,4])").substr(1));
  std::string error;
  ASSERT_TRUE(request.parse(body.bytes(), std::nullopt, error)) << error;
  ASSERT_EQ(request.outputs().size(), 2u);
  EXPECT_EQ(request.outputs()[0].index, 1u);
  EXPECT_TRUE(request.outputs()[0].binary);
  EXPECT_FALSE(request.outputs()[1].binary);
}

TEST(OipRequest, RefusesWhatIsNoRequest) {
  expectRefusal("", "the body is empty");
  expectRefusal("{", "not valid JSON");
  expectRefusal("[1]", "expected an object with 'inputs'");
  expectRefusal("{}", "no 'inputs'; expected an array with 'input0', 'input1'");
  expectRefusal(R"({"inputs":{}})", "'inputs' is no array");
  expectRefusal(R"({"inputs":[1]})", "is no object");
  expectRefusal(R"({"id":7,"inputs":[]})", "'id' is '7'; expected a string");
  expectRefusal(std::string(100, '[') + std::string(100, ']'), "nests deeper than 64 levels");
}

TEST(OipRequest, RefusesInputsThatAreNotTheModels) {
  expectRefusal(R"({"inputs":[)" + flag + "]}", "input 'input0' is missing");
  expectRefusal(R"({"inputs":[)" + flag + "," + flag + "]}", "input 'input1' is given twice");
  expectRefusal(R"({"inputs":[{"name":"input2"}]})",
                "input 'input2' is unknown; expected 'input0'");
  expectRefusal(R"({"inputs":[{"shape":[1]}]})", "no string 'name'");
}

TEST(OipRequest, RefusesWrongTypesAndShapes) {
  expectRefusal(withInput0(R"("shape":[2,2],"datatype":"INT8","data":[1])"),
                "has datatype 'INT8'; expected 'UINT32'");
  expectRefusal(withInput0(R"("shape":[2,2],"data":[1])"), "no string 'datatype'");
  expectRefusal(withInput0(R"("shape":[2,-2],"datatype":"UINT32","data":[1])"),
                "no usable 'shape'");
  expectRefusal(withInput0(R"("shape":"2","datatype":"UINT32","data":[1])"), "no usable 'shape'");
  expectRefusal(withInput0(R"("shape":[2,2],"datatype":"UINT32")"), "has no data");
}

TEST(OipRequest, RefusesDataThatDoNotFit) {
  expectRefusal(withInput0(shaped + R"("data":[1,2,3])"), "data of 3 elements where 4 belong");
  expectRefusal(withInput0(shaped + R"("data":[1,2,3,4,5])"), "more than 4 elements");
  expectRefusal(withInput0(shaped + R"("data":[[1,2],[3]])"), "data of 1 elements where 2 belong");
  expectRefusal(withInput0(shaped + R"("data":[[1,2]])"), "1 entries along axis 0; expected 2");
  expectRefusal(withInput0(shaped + R"("data":[1,2,3,"x"])"), "as element 3 of its data");
  expectRefusal(withInput0(shaped + R"("data":[1,2,3,-4])"), "'-4' as element 3");
  expectRefusal(withInput0(shaped + R"("data":[1,2,3,4294967296])"), "expected UINT32[2,2]");
  expectRefusal(withInput0(shaped + R"("data":[1,2,3,1.5])"), "'1.5' as element 3");
  expectRefusal(withInput0(shaped + R"("data":7)"), "an array for UINT32[2,2]");
}

TEST(OipRequest, RefusesUnknownOutputs) {
  std::string inputs = withInput0(shaped + R"("data":[1,2,3,4])").substr(1);
  expectRefusal(R"({"outputs":[{"name":"y"}],)" + inputs,
                "output 'y' is unknown; expected 'output0'");
  expectRefusal(R"({"outputs":[{"name":"output0"},{"name":"output0"}],)" + inputs,
                "requested twice");
  expectRefusal(R"({"outputs":{},)" + inputs, "'outputs' is no array");
}

TEST(OipRequest, IsUsableAfterARefusal) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body bad(R"({"id":"1","inputs":[)"), good(withInput0(shaped + R"("data":[1,2,3,4])"));
  std::string error;
  ASSERT_FALSE(request.parse(bad.bytes(), std::nullopt, error));
  request.clear();
  ASSERT_TRUE(request.parse(good.bytes(), std::nullopt, error)) << error;
  EXPECT_FALSE(request.id());
}
