#include "compiler/package/Image.h"

#include "compiler/support/Files.h"
#include "test/unit/TemporaryFolder.h"

#include "gtest/gtest.h"

#include <set>

using namespace mdc;
using namespace mdc::package;

namespace {

struct AnImage : testing::Test {
  void SetUp() override {
    options.binaryPath = folder.write("binary", std::string(100000, 'b'));
    options.name = "digits";
    options.version = "1.2.0";
  }

  ImageFacts write(const std::string &outFolder) {
    options.outFolder = folder.path(outFolder);
    return writeImage(options, diagnostics).value();
  }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
  ImageOptions options;
};

std::set<std::string> namesIn(const std::string &path) {
  std::set<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(path))
    names.insert(entry.path().filename().string());
  return names;
}

} // namespace

TEST_F(AnImage, HasTheSameBytesInAnotherFolder) {
  ImageFacts first = write("one"), second = write("two/deep");
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(folder.read("one/digits.docker.tar"), folder.read("two/deep/digits.docker.tar"));
  EXPECT_EQ(folder.read("one/digits.oci/index.json"),
            folder.read("two/deep/digits.oci/index.json"));
  EXPECT_EQ(folder.read("one/compose.yaml"), folder.read("two/deep/compose.yaml"));
}

TEST_F(AnImage, NamesEveryBlobByItsContent) {
  write("out");
  std::set<std::string> blobs = namesIn(folder.path("out/digits.oci/blobs/sha256"));
  EXPECT_EQ(blobs.size(), 3u);
  for (const std::string &blob : blobs)
    EXPECT_EQ(sha256Hex(folder.read("out/digits.oci/blobs/sha256/" + blob)), blob);
}

TEST_F(AnImage, ReplacesAnOlderOneAndLeavesNothingOfIt) {
  std::string before = write("out").digest;
  folder.write("binary", "changed");
  EXPECT_NE(write("out").digest, before);
  EXPECT_EQ(namesIn(folder.path("out/digits.oci/blobs/sha256")).size(), 3u);
  EXPECT_EQ(namesIn(folder.path("out")),
            (std::set<std::string>{"compose.yaml", "digits.docker.tar", "digits.oci"}));
}

TEST_F(AnImage, ChangesWithTheTimeItIsGiven) {
  std::string epoch = write("out").digest;
  options.timestampS = 1700000000;
  EXPECT_NE(write("out").digest, epoch);
  EXPECT_EQ(timestampText(1700000000), "2023-11-14T22:13:20Z");
}

TEST_F(AnImage, IsNamedAfterTheModelUnlessTheSpecSaysMore) {
  auto full = [&](const std::string &reference) {
    options.reference = reference;
    auto parsed = parseReference(options, diagnostics);
    return parsed ? parsed->full() : "refused";
  };
  options.name = "My Model";
  options.version = "1.0+build";
  EXPECT_EQ(full(""), "my-model:1.0-build");
  EXPECT_EQ(full("team/model"), "team/model:1.0-build");
  EXPECT_EQ(full("host.example:5000/a/b_c:v1"), "host.example:5000/a/b_c:v1");
  EXPECT_EQ(full("host:5000/a"), "host:5000/a:1.0-build");
  EXPECT_EQ(full("Model:1"), "refused");
  EXPECT_EQ(full("model:"), "refused");
  EXPECT_EQ(full("a//b"), "refused");
  EXPECT_EQ(full("model@sha256:00"), "refused");
  EXPECT_EQ(diagnostics.errorCount(), 4u);
}
