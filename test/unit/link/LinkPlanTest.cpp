#include "compiler/link/LinkPlan.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace mdc::link;

TEST(LinkPlan, NamesObjectsInAResponseFileThatKeepsBlanks) {
  Toolchain toolchain{"/usr/bin/clang++-22", "/usr/bin/ld.lld-22", "/lib/libmdc-runtime.a",
                      "/lib/libmdc-observe.a"};
  LinkCommand command = linkCommand(toolchain, {{"b.o", "my model/a.o"}, "out/model.elf"});
  EXPECT_EQ(command.responseFile, "out/model.elf.rsp");
  EXPECT_EQ(command.responseText, "\"b.o\"\n\"my model/a.o\"\n");
  auto has = [&](const char *word) {
    return std::count(command.words.begin(), command.words.end(), word) == 1;
  };
  EXPECT_TRUE(has("@out/model.elf.rsp"));
  EXPECT_TRUE(has("-static"));
  EXPECT_TRUE(has("-Wl,--build-id=none"));
  // An archive only answers what the words before it ask for.
  EXPECT_EQ(command.words.back(), "/lib/libmdc-runtime.a");
}

TEST(LinkPlan, AProgramOfTheBuildHasAnotherMain) {
  Toolchain toolchain{"/usr/bin/clang++-22", "/usr/bin/ld.lld-22", "/lib/libmdc-runtime.a",
                      "/lib/libmdc-observe.a"};
  std::vector<std::string> words = linkCommand(toolchain, {{}, "x.elf", Entry::Observe}).words;
  // The first archive that has a `main` gives it.
  ASSERT_GE(words.size(), 2u);
  EXPECT_EQ(words[words.size() - 2], "/lib/libmdc-observe.a");
  EXPECT_EQ(words.back(), "/lib/libmdc-runtime.a");
}
