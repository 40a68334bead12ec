#include "runtime/serve/PredictRequest.h"
#include "test/unit/serve/RequestModel.h"

#include <gtest/gtest.h>

using namespace mdc::serve;
using namespace mdc::serve::test;

namespace {

// Parses `text` for a model with `inputCount` of the example's inputs.
struct Predict {
  Predict(const std::string &text, uint32_t inputCount)
      : model(exampleModel(inputCount)), body(text), request(model) {
    parsed = request.parse(body.bytes(), error);
  }
  MdcModel model;
  Body body;
  PredictRequest request;
  std::string error;
  bool parsed;
};

} // namespace

TEST(PredictRequest, TakesRowsOfASingleInput) {
  Predict predict(R"({"signature_name":"x","instances":[[1,2],[3,4]]})", 1);
  ASSERT_TRUE(predict.parsed) << predict.error;
  EXPECT_TRUE(predict.request.isRowForm());
  EXPECT_EQ(predict.request.shapes()[0], (mdc::exec::Shape{2, 2}));
  std::vector<uint32_t> numbers(4);
  ASSERT_TRUE(predict.request.decode(0, bytesOf(numbers), predict.error)) << predict.error;
  EXPECT_EQ(numbers, (std::vector<uint32_t>{1, 2, 3, 4}));
}

TEST(PredictRequest, TakesRowsOfSeveralInputs) {
  Predict predict(
      R"({"instances":[{"input0":[1,2],"input1":true},{"input1":false,"input0":[3,4]}]})", 2);
  ASSERT_TRUE(predict.parsed) << predict.error;
  EXPECT_EQ(predict.request.shapes()[1], (mdc::exec::Shape{2}));
  std::vector<uint8_t> flags(2);
  ASSERT_TRUE(predict.request.decode(1, bytesOf(flags), predict.error)) << predict.error;
  EXPECT_EQ(flags, (std::vector<uint8_t>{1, 0}));
}

TEST(PredictRequest, TakesColumns) {
  Predict predict(R"({"inputs":{"input0":[[1,2],[3,4]],"input1":[true]}})", 2);
  ASSERT_TRUE(predict.parsed) << predict.error;
  EXPECT_FALSE(predict.request.isRowForm());
  EXPECT_EQ(predict.request.shapes()[0], (mdc::exec::Shape{2, 2}));
  Predict single(R"({"inputs":[[1,2],[3,4]]})", 1);
  ASSERT_TRUE(single.parsed) << single.error;
  EXPECT_EQ(single.request.shapes()[0], (mdc::exec::Shape{2, 2}));
}

TEST(PredictRequest, RefusesWhatFitsNeitherForm) {
  EXPECT_FALSE(Predict("{}", 1).parsed);
  EXPECT_FALSE(Predict("[]", 1).parsed);
  EXPECT_FALSE(Predict(R"({"instances":[],"inputs":[]})", 1).parsed);
  EXPECT_FALSE(Predict(R"({"instances":[]})", 1).parsed);
  EXPECT_FALSE(Predict(R"({"instances":[[1,2]]})", 2).parsed);
  EXPECT_FALSE(Predict(R"({"inputs":{"input0":[[1,2],[3,4]]}})", 2).parsed);
}

TEST(PredictRequest, RefusesRowsOfDifferentForm) {
  Predict ragged(R"({"instances":[[1,2],[3]]})", 1);
  ASSERT_TRUE(ragged.parsed);
  std::vector<uint32_t> numbers(4);
  EXPECT_FALSE(ragged.request.decode(0, bytesOf(numbers), ragged.error));
  Predict missing(R"({"instances":[{"input0":1,"input1":true},{"input0":1}]})", 2);
  ASSERT_TRUE(missing.parsed);
  std::vector<uint8_t> flags(2);
  EXPECT_FALSE(missing.request.decode(1, bytesOf(flags), missing.error));
}
