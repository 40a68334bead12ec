#include "runtime/serve/JsonWriter.h"

#include <gtest/gtest.h>

using namespace mdc::serve;

namespace {
std::string json(std::string_view text) {
  std::string out;
  appendJsonString(out, text);
  return out;
}
} // namespace

TEST(JsonWriter, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(json("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(json("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
            "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(JsonWriter, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json("\xff"), "\"?\"");
  EXPECT_EQ(json("\xc3"), "\"?\"");
  EXPECT_EQ(json("\xe0\x80\x80x"), "\"???x\"");
  EXPECT_EQ(json("\xed\xa0\x80"), "\"???\"");
}

TEST(JsonWriter, ShortensQuotesForErrors) {
  EXPECT_EQ(quoteForError("x"), "'x'");
  EXPECT_EQ(quoteForError(std::string(100, 'a')), "'" + std::string(64, 'a') + "...'");
}
