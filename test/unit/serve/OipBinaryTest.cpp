// Triton's binary tensor extension.
#include "test/unit/serve/RequestModel.h"

#include <gtest/gtest.h>

using namespace mdc::serve;
using namespace mdc::serve::test;

namespace {

// Request of Triton's extension_binary_data with sizes as given.
std::string header(int bytes0 = 16, int bytes1 = 3) {
  return R"({"model_name":"mymodel","inputs":[
      {"name":"input0","shape":[2,2],"datatype":"UINT32","parameters":{"binary_data_size":)" +
         std::to_string(bytes0) + R"(}},
      {"name":"input1","shape":[3],"datatype":"BOOL","parameters":{"binary_data_size":)" +
         std::to_string(bytes1) + R"(}}],
      "outputs":[{"name":"output0","parameters":{"binary_data":true}}]})";
}

std::string tensors(char lastFlag = 1) {
  std::vector<uint32_t> numbers = {1, 2, 3, 4};
  std::string bytes(reinterpret_cast<char *>(numbers.data()), 16);
  return bytes + '\1' + '\0' + lastFlag;
}

std::string refusal(const std::string &json, const std::string &tail, uint64_t headerBytes) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body body(json + tail);
  std::string error;
  std::vector<uint32_t> numbers(4);
  std::vector<uint8_t> flags(3);
  EXPECT_FALSE(request.parse(body.bytes(), headerBytes, error) &&
               request.decode(0, bytesOf(numbers), error) &&
               request.decode(1, bytesOf(flags), error));
  return error;
}

} // namespace

TEST(OipBinary, TakesTheExampleOfTheExtension) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body body(header() + tensors());
  std::string error;
  ASSERT_TRUE(request.parse(body.bytes(), header().size(), error)) << error;
  EXPECT_TRUE(request.outputs()[0].binary);
  std::vector<uint32_t> numbers(4);
  std::vector<uint8_t> flags(3);
  ASSERT_TRUE(request.decode(0, bytesOf(numbers), error)) << error;
  ASSERT_TRUE(request.decode(1, bytesOf(flags), error)) << error;
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(flags, (std::vector<uint8_t>{1, 0, 1}));
}

TEST(OipBinary, TakesBytesInTheListedOrder) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  std::string json = R"({"parameters":{"binary_data_output":true},"inputs":[
      {"name":"input1","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}},
      {"name":"input0","shape":[2,2],"datatype":"UINT32","parameters":{"binary_data_size":16}}]})";
  Body body(json + '\1' + tensors().substr(0, 16));
  std::string error;
  ASSERT_TRUE(request.parse(body.bytes(), json.size(), error)) << error;
  std::vector<uint32_t> numbers(4);
  ASSERT_TRUE(request.decode(0, bytesOf(numbers), error)) << error;
  EXPECT_EQ(numbers[3], 4u);
  EXPECT_TRUE(request.outputs()[1].binary);
}

TEST(OipBinary, RefusesSizesThatDoNotAddUp) {
  EXPECT_NE(
      refusal(header(), tensors().substr(0, 10), header().size()).find("only 10 bytes are left"),
      std::string::npos);
  EXPECT_NE(refusal(header(), tensors() + "x", header().size()).find("expected 19"),
            std::string::npos);
  EXPECT_NE(refusal(header(12, 7), tensors(), header(12, 7).size())
                .find("12 bytes of binary data; expected 16 for UINT32[2,2]"),
            std::string::npos);
  EXPECT_NE(refusal(header(), tensors(), 99999).find("expected at most the body's"),
            std::string::npos);
  EXPECT_NE(refusal(header(-1), tensors(), header(-1).size()).find("expected a number of bytes"),
            std::string::npos);
}

TEST(OipBinary, RefusesABoolThatIsNeither) {
  EXPECT_NE(refusal(header(), tensors(2), header().size()).find("2 as byte 2"), std::string::npos);
}

TEST(OipBinary, RefusesBinarySizesWithoutTheHeader) {
  MdcModel model = exampleModel();
  OipRequest request(model);
  Body body(header());
  std::string error;
  EXPECT_FALSE(request.parse(body.bytes(), std::nullopt, error));
  EXPECT_NE(error.find("Inference-Header-Content-Length"), std::string::npos) << error;
}

TEST(OipBinary, TakesTheBareBytesOfAnOnlyInput) {
  MdcModel model = exampleModel(1);
  OipRequest request(model);
  Body body(tensors().substr(0, 16));
  std::string error;
  ASSERT_TRUE(request.parse(body.bytes(), 0, error)) << error;
  EXPECT_EQ(request.shapes()[0], (mdc::exec::Shape{2, 2}));
  EXPECT_TRUE(request.outputs()[0].binary && request.outputs()[1].binary);
  MdcModel two = exampleModel(2);
  OipRequest other(two);
  EXPECT_FALSE(other.parse(body.bytes(), 0, error));
}
