#include "test/unit/package/Samples.h"

#include "gtest/gtest.h"

using namespace mdc;
using namespace mdc::package;

TEST(Manifest, ComesBackFromItsText) {
  Manifest manifest = test::sampleManifest();
  manifest.accuracy = ManifestAccuracy{"top1", 0.9891};
  manifest.regions.push_back(llvm::json::Object{{"name", "conv_1"}});
  Diagnostics diagnostics(nullptr);
  auto again = readManifest(manifestText(manifest), "model", diagnostics);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->isa, manifest.isa);
  EXPECT_EQ(again->inputs, manifest.inputs);
  EXPECT_EQ(again->outputs, manifest.outputs);
  EXPECT_EQ(again->serve, manifest.serve);
  EXPECT_EQ(again->accuracy, manifest.accuracy);
  EXPECT_EQ(manifestText(*again), manifestText(manifest));
}

TEST(Manifest, HasTheKeysThatTheRuntimeReads) {
  EXPECT_EQ(manifestText(test::sampleManifest()),
            R"({"mdc":"0.1.0","name":"mobilenet","version":"1.0.0","target":"cpu",)"
            R"("isa":["v3","v4"],"source_sha256":")" +
                std::string(64, 'a') +
                R"(","inputs":[{"name":"x","datatype":"FP32","shape":[-1,16]}],)"
                R"("outputs":[{"name":"logits \"1\"","datatype":"INT64","shape":[]}],)"
                R"("serve":{"http":"0.0.0.0:8080","threads":0,"contexts":0,"queue_max":17,)"
                R"("max_body_bytes":0},"accuracy":null})");
}

TEST(Manifest, ReportsAKeyOfTheWrongType) {
  Diagnostics diagnostics(nullptr);
  EXPECT_FALSE(readManifest(R"({"mdc":1})", "model", diagnostics));
  EXPECT_EQ(diagnostics.all().front().message,
            "the manifest is damaged: expected string at manifest.mdc");
}
