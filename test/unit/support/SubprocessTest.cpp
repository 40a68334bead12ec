#include "compiler/support/Subprocess.h"

#include <gtest/gtest.h>

using namespace mdc;

TEST(Subprocess, CapturesBothStreamsAndTheExitCode) {
  Diagnostics found(nullptr);
  auto captured = capture({"sh", "-c", "echo out; echo err >&2; exit 3"}, found);
  ASSERT_TRUE(captured);
  EXPECT_EQ(captured->exitCode, 3);
  EXPECT_EQ(captured->output, "out\nerr\n");
}

TEST(Subprocess, AMissingProgramIsOneError) {
  Diagnostics found(nullptr);
  EXPECT_FALSE(run({"no-such-program-of-mdc"}, found));
  EXPECT_FALSE(capture({"no-such-program-of-mdc"}, found));
  EXPECT_EQ(found.errorCount(), 2u);
}

TEST(Subprocess, ASignalIsOneError) {
  Diagnostics found(nullptr);
  EXPECT_FALSE(run({"sh", "-c", "kill -9 $$"}, found));
  EXPECT_NE(found.all().at(0).message.find("signal 9"), std::string::npos);
}
