#include "compiler/support/Diagnostics.h"
#include "compiler/support/NearMiss.h"
#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

using namespace mdc;

static std::string printed(const Location &location) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Diagnostics diagnostics(&out);
  diagnostics.error(location, "wrong").note("right");
  return text;
}

TEST(Diagnostics, UnderlinesTheValue) {
  test::TemporaryFolder folder;
  const std::string file = folder.write("f", "first\nkey = \"value\"\n");
  EXPECT_EQ(printed({file, {2, 7}, 7}),
            file + ":2:7: error: wrong\n 2 | key = \"value\"\n   |       " + "^~~~~~~\n" + file +
                ":2:7: note: right\n");
}

TEST(Diagnostics, CountsCodePointsAndKeepsTabs) {
  test::TemporaryFolder folder;
  const std::string file = folder.write("f", "\t\xC3\xA4\xC3\xB6 = 1\n");
  EXPECT_NE(printed({file, {1, 6}}).find("   | \t    ^\n"), std::string::npos);
}

TEST(Diagnostics, ShowsALongLineAroundTheColumn) {
  test::TemporaryFolder folder;
  const std::string file =
      folder.write("f", std::string(200, 'a') + "!" + std::string(200, 'b') + "\n");
  const std::string around = "..." + std::string(49, 'a') + "!" + std::string(50, 'b') + "...";
  const std::string caret = "\n   | " + std::string(52, ' ') + "^\n";
  EXPECT_NE(printed({file, {1, 201}}).find(" 1 | " + around + caret), std::string::npos)
      << printed({file, {1, 201}});
  EXPECT_NE(printed({file, {1, 1}}).find(" 1 | " + std::string(100, 'a') + "...\n   | ^\n"),
            std::string::npos);
  EXPECT_NE(printed({file, {1, 401}}).find(" 1 | ..." + std::string(100, 'b') + "\n"),
            std::string::npos);
}

TEST(Diagnostics, APlaceBehindTheFilesEndIsHarmless) {
  test::TemporaryFolder folder;
  const std::string file = folder.write("f", "one line");
  EXPECT_NE(printed({file, {9, 4}}).find(":9:4: error: wrong\n"), std::string::npos);
}

TEST(Diagnostics, AnItemStandsInPlaceOfALine) {
  EXPECT_EQ(printed(Location::ofItem("m.onnx", "conv_3")),
            "m.onnx:conv_3: error: wrong\nm.onnx:conv_3: note: right\n");
  EXPECT_EQ(printed(Location("m.onnx")), "m.onnx: error: wrong\nm.onnx: note: right\n");
  EXPECT_EQ(printed({}), "mdc: error: wrong\nmdc: note: right\n");
}

TEST(Diagnostics, CountsErrorsOnly) {
  Diagnostics diagnostics(nullptr);
  diagnostics.warning({}, "odd");
  diagnostics.error("wrong");
  EXPECT_EQ(diagnostics.errorCount(), 1u);
  EXPECT_EQ(diagnostics.all().size(), 2u);
}

TEST(NearMiss, PrefersTheFewestEdits) {
  EXPECT_EQ(nearMiss("verion", {"name", "version", "graph"}), "version");
  EXPECT_EQ(nearMiss("bacth", {"batch", "bath"}), "bath");
  EXPECT_EQ(nearMiss("sm_90", {"sm_80", "sm_89", "sm_90a"}), "sm_90a"); // the word goes on
  EXPECT_EQ(nearMiss("zzz", {"name", "version"}), std::nullopt);
  EXPECT_EQ(nearMiss("ab", {"cd"}), std::nullopt); // nothing of the word would be left
}
