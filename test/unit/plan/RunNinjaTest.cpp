#include "compiler/plan/RunNinja.h"
#include "compiler/plan/Explain.h"

#include "test/unit/TemporaryFolder.h"

#include "gtest/gtest.h"

using namespace mdc;
using namespace mdc::plan;

namespace {

struct ARealBuild : testing::Test {
  static Step step(const std::string &output, const std::string &input, std::string command) {
    Step step;
    step.outputs = {output};
    step.inputs = {input};
    step.command = std::move(command);
    step.description = "make " + output;
    return step;
  }

  std::optional<RunReport> tryBuild(const Plan &plan) {
    EXPECT_TRUE(plan.write(folder.path("build.ninja"), diagnostics));
    RunOptions options;
    options.buildFolder = folder.path("");
    return run(options, diagnostics);
  }
  RunReport build(const Plan &plan) { return tryBuild(plan).value(); }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
};

} // namespace

TEST_F(ARealBuild, RunsStepsOnceAndExplainsTheNextRun) {
  folder.write("in put", "1");
  Plan plan;
  plan.add(step("copy", "in put", "cp 'in put' copy"));
  plan.add(step("again", "copy", "cp copy again; echo $$ > /dev/null"));
  RunReport first = build(plan);
  EXPECT_EQ(first.stepsRun, 2u);
  EXPECT_TRUE(first.failures.empty());
  EXPECT_EQ(folder.read("again"), "1");

  EXPECT_EQ(build(plan).stepsRun, 0u);
  EXPECT_TRUE(explain(plan, folder.path(""), diagnostics)->empty());

  std::filesystem::remove(folder.path("copy"));
  auto reasons = explain(plan, folder.path(""), diagnostics).value();
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_EQ(sentence(reasons[0]), "'copy' was never made, or was deleted");
  EXPECT_EQ(sentence(reasons[1]), "'copy' is made anew");
}

TEST_F(ARealBuild, ReportsAFailedStepsOwnOutput) {
  folder.write("in", "1");
  Plan plan;
  plan.add(step("quiet", "in", "echo not shown; cp in quiet"));
  plan.add(step("broken", "quiet", "echo what went wrong; exit 3"));
  RunReport report = build(plan);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].outputs, "broken");
  EXPECT_EQ(report.failures[0].text, "what went wrong\n");
}

TEST_F(ARealBuild, RefusesAMissingInput) {
  Plan plan;
  plan.add(step("out", "absent", "cp absent out"));
  EXPECT_FALSE(tryBuild(plan));
  EXPECT_NE(diagnostics.all().front().message.find("'absent'"), std::string::npos);
}
