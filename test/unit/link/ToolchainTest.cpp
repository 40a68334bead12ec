#include "compiler/link/Toolchain.h"

#include "test/unit/TemporaryFolder.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace mdc;
using namespace mdc::link;

TEST(Toolchain, SaysWhatIsMissingAndWhatToDo) {
  Diagnostics diagnostics(nullptr);
  EXPECT_FALSE(findToolchain("/no/such/folder", diagnostics));
  const auto &all = diagnostics.all();
  auto archive = std::find_if(all.begin(), all.end(), [](const Diagnostic &diagnostic) {
    return diagnostic.message.find("'libmdc-runtime.a' not found") == 0;
  });
  ASSERT_NE(archive, all.end());
  EXPECT_EQ(archive->notes.size(), 1u);
}

TEST(Toolchain, TakesTheArchiveFromTheFolderItIsGiven) {
  test::TemporaryFolder folder;
  std::string archive = folder.write("libmdc-runtime.a", "!<arch>\n");
  std::string observe = folder.write("libmdc-observe.a", "!<arch>\n");
  Diagnostics diagnostics(nullptr);
  auto toolchain = findToolchain(folder.path(""), diagnostics);
  ASSERT_TRUE(toolchain);
  EXPECT_TRUE(std::filesystem::equivalent(toolchain->runtimeArchive, archive));
  EXPECT_TRUE(std::filesystem::equivalent(toolchain->observeArchive, observe));
  EXPECT_EQ(std::filesystem::path(toolchain->linker).filename(), "ld.lld-22");
}
