#include "runtime/serve/PaddedBody.h"

#include <gtest/gtest.h>

using namespace mdc::serve;

TEST(BodyBudget, IsSharedByAllBodies) {
  BodyBudget budget(1000);
  PaddedBody first(0, budget), second(0, budget);
  EXPECT_TRUE(first.reserve(600));
  EXPECT_FALSE(second.reserve(500));
  EXPECT_TRUE(second.reserve(400)); // a refusal has taken nothing
  first.clear();
  EXPECT_TRUE(second.reserve(1000));
}

TEST(BodyBudget, IsTakenOnceForWhatIsThere) {
  BodyBudget budget(1000);
  PaddedBody body(0, budget);
  EXPECT_TRUE(body.reserve(600));
  EXPECT_TRUE(body.reserve(900)); // in all, not once more
  EXPECT_EQ(budget.taken(), 900u);
}

TEST(BodyBudget, GetsBackWhatABodyHeldAtItsEnd) {
  BodyBudget budget(1000);
  {
    PaddedBody body(500, budget);
    EXPECT_TRUE(body.reserve(300));
    body.resize(300);
  }
  EXPECT_EQ(budget.taken(), 0u);
}

TEST(BodyBudget, CountsMemoryThatIsKept) {
  BodyBudget budget(1000);
  PaddedBody kept(500, budget), large(0, budget);
  EXPECT_TRUE(kept.reserve(300));
  kept.resize(300);
  kept.clear();
  EXPECT_EQ(budget.taken(), 300u);
  EXPECT_TRUE(large.reserve(400));
  kept.clear(); // over half is taken now
  EXPECT_EQ(budget.taken(), 400u);
}
