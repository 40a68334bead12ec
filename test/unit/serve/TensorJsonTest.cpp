#include "runtime/serve/TensorJson.h"
#include "test/unit/serve/RequestModel.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace mdc::serve;
using namespace mdc::serve::test;

namespace {

template <class T> std::string printed(uint32_t type, std::vector<T> values) {
  std::string out;
  appendElements(out, type, bytesOf(values));
  return out;
}

template <class T>
bool reads(const std::string &json, uint32_t type, const mdc::exec::Shape &shape,
           std::vector<T> &values) {
  simdjson::dom::parser parser;
  std::string error;
  return readTensor(parser.parse(json), type, shape, bytesOf(values), error);
}

} // namespace

TEST(TensorJson, PrintsTheShortestDigitsThatReadBack) {
  EXPECT_EQ(printed<float>(MDC_F32, {1.0f, 0.1f, -2.5f, 1e-10f, 16777216.0f}),
            "1,0.1,-2.5,1e-10,16777216");
  EXPECT_EQ(printed<double>(MDC_F64, {0.1, 1.0 / 3}), "0.1,0.3333333333333333");
  EXPECT_EQ(printed<_Float16>(MDC_F16, {_Float16(1.5), _Float16(-0.25)}), "1.5,-0.25");
}

TEST(TensorJson, PrintsIntegersExactly) {
  EXPECT_EQ(printed<int64_t>(MDC_I64, {std::numeric_limits<int64_t>::min()}),
            "-9223372036854775808");
  EXPECT_EQ(printed<uint64_t>(MDC_U64, {std::numeric_limits<uint64_t>::max()}),
            "18446744073709551615");
  EXPECT_EQ(printed<int8_t>(MDC_I8, {-128, 127}), "-128,127");
  EXPECT_EQ(printed<uint8_t>(MDC_BOOL, {0, 1}), "false,true");
}

TEST(TensorJson, PrintsNonFiniteValuesAsTritonDoes) {
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(printed<float>(MDC_F32, {NAN, infinity, -infinity}), "NaN,Infinity,-Infinity");
}

TEST(TensorJson, PrintsLongTensorsWhole) {
  std::string text = printed<int32_t>(MDC_I32, std::vector<int32_t>(5000, 1234567));
  EXPECT_EQ(text.size(), 5000u * 8 - 1);
}

TEST(TensorJson, NestsLikeTheShape) {
  std::vector<int32_t> values = {1, 2, 3, 4, 5, 6};
  std::string out;
  int64_t shape[] = {2, 3, 1};
  appendNested(out, MDC_I32, shape, bytesOf(values));
  EXPECT_EQ(out, "[[[1],[2],[3]],[[4],[5],[6]]]");
}

TEST(TensorJson, ReadsEveryTypeAtItsLimits) {
  std::vector<int8_t> small(2);
  EXPECT_TRUE(reads("[-128,127]", MDC_I8, {2}, small));
  EXPECT_FALSE(reads("[-129,0]", MDC_I8, {2}, small));
  std::vector<uint64_t> large(1);
  EXPECT_TRUE(reads("[18446744073709551615]", MDC_U64, {1}, large));
  EXPECT_EQ(large[0], std::numeric_limits<uint64_t>::max());
  EXPECT_FALSE(reads("[-1]", MDC_U64, {1}, large));
  std::vector<float> real(1);
  EXPECT_TRUE(reads("[3]", MDC_F32, {1}, real));
  EXPECT_FALSE(reads("[1e39]", MDC_F32, {1}, real));
  EXPECT_FALSE(reads("[null]", MDC_F32, {1}, real));
  std::vector<_Float16> half(1);
  EXPECT_TRUE(reads("[65504]", MDC_F16, {1}, half));
  EXPECT_FALSE(reads("[1e6]", MDC_F16, {1}, half));
  std::vector<uint8_t> flags(2);
  EXPECT_TRUE(reads("[true,0]", MDC_BOOL, {2}, flags));
  EXPECT_FALSE(reads("[true,2]", MDC_BOOL, {2}, flags));
}

TEST(TensorJson, ReadsScalarsAndEmptyTensors) {
  std::vector<float> one(1), none;
  EXPECT_TRUE(reads("[2.5]", MDC_F32, {}, one));
  EXPECT_TRUE(reads(" 3.5 ", MDC_F32, {}, one));
  EXPECT_EQ(one[0], 3.5f);
  EXPECT_TRUE(reads("[]", MDC_F32, {0, 3}, none));
  EXPECT_FALSE(reads("[[1]]", MDC_F32, {}, one));
}

TEST(TensorJson, RefusesJsonForBf16) {
  std::vector<uint16_t> values(1);
  EXPECT_FALSE(reads("[1]", MDC_BF16, {1}, values));
}

TEST(TensorJson, MeasuresShapesAlongFirstElements) {
  simdjson::dom::parser parser;
  EXPECT_EQ(measureShape(parser.parse(std::string("[[[1,2]],[[3,4]]]"))),
            (mdc::exec::Shape{2, 1, 2}));
  EXPECT_EQ(measureShape(parser.parse(std::string("[[],[]]"))), (mdc::exec::Shape{2, 0}));
  EXPECT_EQ(measureShape(parser.parse(std::string("7"))), (mdc::exec::Shape{}));
}
