#include "compiler/plan/Fingerprint.h"

#include "test/unit/TemporaryFolder.h"

#include "gtest/gtest.h"

#include <chrono>

using namespace mdc;
using namespace mdc::plan;

TEST(Fingerprint, KeepsNamesAndValuesApart) {
  EXPECT_NE(Fingerprint().add("ab", "c").hex(), Fingerprint().add("a", "bc").hex());
  EXPECT_NE(Fingerprint().add("a", "1").add("b", "2").hex(),
            Fingerprint().add("b", "2").add("a", "1").hex());
  EXPECT_EQ(Fingerprint().add("tile", int64_t(64)).hex(), Fingerprint().add("tile", "64").hex());
}

namespace {

struct DigestsOfAFile : testing::Test {
  // Old enough to be trusted.
  void age(int hours) {
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() -
                                               std::chrono::hours(hours));
  }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
  std::string file = folder.write("model.onnx", "abc");
  std::string cache = folder.path("stat");
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
};

} // namespace

TEST_F(DigestsOfAFile, AreRememberedFromRunToRun) {
  age(2);
  FileDigests first(cache);
  EXPECT_EQ(first.of(file, diagnostics), abc);
  EXPECT_EQ(first.filesRead(), 1u);
  ASSERT_TRUE(first.save(diagnostics));

  FileDigests second(cache);
  EXPECT_EQ(second.of(file, diagnostics), abc);
  EXPECT_EQ(second.filesRead(), 0u);
}

TEST_F(DigestsOfAFile, AreTakenAgainAfterAChange) {
  age(2);
  FileDigests digests(cache);
  digests.of(file, diagnostics);
  folder.write("model.onnx", "abd");
  age(1);
  EXPECT_NE(digests.of(file, diagnostics), abc);
  EXPECT_EQ(digests.filesRead(), 2u);
}

TEST_F(DigestsOfAFile, AreNotTrustedWhileTheFileIsFresh) {
  FileDigests digests(cache);
  digests.of(file, diagnostics);
  digests.of(file, diagnostics);
  EXPECT_EQ(digests.filesRead(), 2u);
}

TEST_F(DigestsOfAFile, SurviveADamagedCache) {
  folder.write("stat", "mdc file digests 1\nnonsense\n" + abc + " x y z /model\n");
  EXPECT_EQ(FileDigests(cache).of(file, diagnostics), abc);
}

TEST_F(DigestsOfAFile, ReportAMissingFile) {
  EXPECT_EQ(FileDigests(cache).of(folder.path("none"), diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.errorCount(), 1u);
}
