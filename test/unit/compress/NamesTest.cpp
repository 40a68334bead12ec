#include "compiler/compress/Names.h"
#include "gtest/gtest.h"

using mdc::compress::matchesAny;

namespace {

TEST(Names, AStarStandsForAnyCharactersAndAQuestionMarkForOne) {
  EXPECT_TRUE(matchesAny({"classifier.*"}, "classifier.0"));
  EXPECT_FALSE(matchesAny({"classifier.*"}, "classifier"));
  EXPECT_TRUE(matchesAny({"*conv*1"}, "conv/conv/11"));
  EXPECT_FALSE(matchesAny({"*conv*1"}, "conv/conv/12"));
  EXPECT_TRUE(matchesAny({"conv?"}, "conv1"));
  EXPECT_FALSE(matchesAny({"conv?"}, "conv"));
}

TEST(Names, BracketsAndDotsStandForThemselves) {
  EXPECT_TRUE(matchesAny({"model/conv[1]"}, "model/conv[1]"));
  EXPECT_FALSE(matchesAny({"model/conv[1]"}, "model/conv1"));
  EXPECT_FALSE(matchesAny({"a.b"}, "a/b"));
}

TEST(Names, OneMatchOfSeveralPatternsIsEnoughAndNoPatternMatchesNothing) {
  EXPECT_TRUE(matchesAny({"x", "*"}, "anything"));
  EXPECT_TRUE(matchesAny({"*"}, ""));
  EXPECT_FALSE(matchesAny({}, ""));
}

} // namespace
