#include "compiler/plan/StepGraph.h"
#include "compiler/plan/Explain.h"

#include "gtest/gtest.h"

using namespace mdc;
using namespace mdc::plan;

static Step stepOf(const std::string &output, std::vector<std::string> inputs) {
  Step step;
  step.outputs = {output};
  step.inputs = std::move(inputs);
  step.command = "make " + output;
  step.description = output;
  return step;
}

static std::string refusalOf(const Plan &plan) {
  Diagnostics diagnostics(nullptr);
  return plan.check(diagnostics) ? "" : diagnostics.all().front().message;
}

TEST(StepGraph, RefusesTwoProducersOfOneFile) {
  Plan plan;
  plan.add(stepOf("a", {}));
  plan.add(stepOf("a", {}));
  EXPECT_EQ(refusalOf(plan), "build plan: two steps make 'a'");
}

TEST(StepGraph, RefusesACycle) {
  Plan plan;
  plan.add(stepOf("a", {"c"}));
  plan.add(stepOf("b", {"a"}));
  plan.add(stepOf("c", {"b"}));
  EXPECT_NE(refusalOf(plan).find("depends on itself"), std::string::npos);
}

TEST(StepGraph, AcceptsADiamondAndALongChain) {
  Plan plan;
  plan.add(stepOf("top", {"left", "right"}));
  plan.add(stepOf("left", {"f0"}));
  plan.add(stepOf("right", {"f0"}));
  for (int i = 0; i < 100000; ++i)
    plan.add(stepOf("f" + std::to_string(i), {"f" + std::to_string(i + 1)}));
  EXPECT_EQ(refusalOf(plan), "");
}

TEST(Explain, NamesTheFirstCauseAndWhatFollowsFromIt) {
  Plan plan;
  plan.add(stepOf("model", {"a.o", "b.o"}));
  plan.add(stepOf("a.o", {"a.mlir"}));
  plan.add(stepOf("b.o", {"b.mlir"}));
  plan.add(stepOf("c.o", {"c.mlir"}));
  std::vector<StepReason> reasons =
      reasonsFrom(plan, "ninja explain: output a.o older than most recent input a.mlir (1 vs 2)\n"
                        "ninja explain: a.o is dirty\n"
                        "[1/2] compile\n"
                        "ninja explain: command line changed for b.o\n");
  ASSERT_EQ(reasons.size(), 3u);
  std::string text;
  for (const StepReason &reason : reasons)
    text += reason.step->description + ": " + sentence(reason) + "\n";
  EXPECT_NE(text.find("a.o: 'a.mlir' changed since\n"), std::string::npos) << text;
  EXPECT_NE(text.find("b.o: its command changed\n"), std::string::npos) << text;
  EXPECT_NE(text.find("model: 'a.o' is made anew\n"), std::string::npos) << text;
  EXPECT_EQ(reasons.back().step->description, "model");
}
