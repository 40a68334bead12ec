#include "compiler/package/Binary.h"
#include "compiler/package/CheckBinary.h"

#include "test/unit/TemporaryFolder.h"
#include "test/unit/package/Samples.h"

#include "gtest/gtest.h"

using namespace mdc;
using namespace mdc::package;

namespace {

struct AFinishedBinary : testing::Test {
  void SetUp() override {
    folder.write("elf", test::elfWith(PT_LOAD, "code"));
    folder.write("weights", std::string(1000, 'w'));
    ASSERT_TRUE(finish("model"));
  }

  bool finish(const std::string &name) {
    return finishBinary({folder.path("elf"), folder.path("weights")}, test::sampleManifest(),
                        folder.path(name), diagnostics);
  }

  // The facts after one bit of the file at `offset` is turned.
  BinaryFacts damagedAt(uint64_t offset) {
    std::string bytes = folder.read("model");
    bytes[offset] ^= 1;
    return inspectBinary(folder.write("damaged", bytes), diagnostics).value();
  }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
};

} // namespace

TEST_F(AFinishedBinary, HoldsItsPartsAndTheirDigests) {
  auto facts = inspectBinary(folder.path("model"), diagnostics);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->codeBytes, 4096u);
  EXPECT_EQ(facts->weightBytes, 1000u);
  EXPECT_EQ(facts->manifestJson, manifestText(test::sampleManifest()));
  EXPECT_TRUE(facts->contentIntact);
  EXPECT_TRUE(facts->manifestIntact);
  EXPECT_TRUE(looksLikeBinary(folder.path("model")));
  EXPECT_FALSE(looksLikeBinary(folder.path("elf")));
  EXPECT_EQ(std::filesystem::status(folder.path("model")).permissions(),
            std::filesystem::perms(0755));
}

TEST_F(AFinishedBinary, IsReproducible) {
  ASSERT_TRUE(finish("twin"));
  EXPECT_EQ(folder.read("twin"), folder.read("model"));
}

TEST_F(AFinishedBinary, ShowsWhichPartWasDamaged) {
  EXPECT_FALSE(damagedAt(70).contentIntact);
  EXPECT_FALSE(damagedAt(4096 + 500).contentIntact);
  BinaryFacts facts = damagedAt(4096 + 1000 + 9); // inside the version of mdc
  EXPECT_TRUE(facts.contentIntact);
  EXPECT_FALSE(facts.manifestIntact);
}

TEST_F(AFinishedBinary, TakesANewManifestAndKeepsTheRest) {
  Manifest manifest = test::sampleManifest();
  manifest.accuracy = ManifestAccuracy{"top1", 0.75};
  std::string before = folder.read("model");
  ASSERT_TRUE(rewriteManifest(folder.path("model"), manifest, diagnostics));
  EXPECT_EQ(folder.read("model").substr(0, 5096), before.substr(0, 5096));
  auto facts = inspectBinary(folder.path("model"), diagnostics);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->manifest.accuracy, manifest.accuracy);
  EXPECT_TRUE(facts->contentIntact && facts->manifestIntact);
}

TEST_F(AFinishedBinary, IsRefusedWhenCutOffOrFollowedByMore) {
  std::string bytes = folder.read("model");
  for (const std::string &wrong : {bytes.substr(0, bytes.size() - 1), bytes + "x", bytes.substr(8),
                                   std::string("MDCMODEL"), std::string()})
    EXPECT_FALSE(readTrailer(folder.write("wrong", wrong), diagnostics));
  EXPECT_EQ(diagnostics.errorCount(), 5u);
}

TEST_F(AFinishedBinary, MustNotAskForALoader) {
  std::string before = folder.read("model");
  folder.write("elf", test::elfWith(PT_INTERP, std::string("/lib64/ld.so") + '\0'));
  EXPECT_FALSE(finish("model"));
  EXPECT_EQ(diagnostics.all().front().message,
            "the binary asks for the loader '/lib64/ld.so', but a cpu binary is static");
  EXPECT_EQ(folder.read("model"), before);
}

TEST_F(AFinishedBinary, MustBeAnExecutable) {
  folder.write("elf", "#!/bin/sh\n");
  EXPECT_FALSE(finish("model"));
}

TEST(CheckElf, NamesASharedLibrary) {
  Diagnostics diagnostics(nullptr);
  EXPECT_FALSE(checkElf("/proc/self/exe", "cpu", diagnostics));
  EXPECT_FALSE(checkElf("/proc/self/exe", "cuda", diagnostics)); // this test needs libstdc++
  EXPECT_NE(diagnostics.all().back().message.find("shared library 'lib"), std::string::npos);
}
