#include "compiler/pipeline/LayerFacts.h"

#include <gtest/gtest.h>

using namespace mdc::pipeline;

static llvm::json::Array regionsOf(llvm::StringRef text) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  EXPECT_TRUE(bool(value));
  return value ? *value->getAsArray() : llvm::json::Array();
}

// Two layers share the first region; nothing is said of the others.
static const char *const report = R"([
  {"kernel": "conv", "precision": "int8", "macs": 300, "steps": 2, "weight_bytes": 100,
   "weight_bytes_before": 400, "layers": [
     {"name": "a", "precision": "int8", "sparsity": 0.5, "sqnr_db": 30.5},
     {"name": "b", "precision": "int8", "sparsity": 0, "sqnr_db": null}]},
  {"kernel": "matmul", "precision": "f32", "macs": 200, "steps": 1, "weight_bytes": 50,
   "weight_bytes_before": 50},
  {"kernel": "loops", "precision": "f32", "macs": 1000, "steps": 9}])";

TEST(LayerFacts, AreOneForEachCompressedLayer) {
  std::vector<LayerFacts> facts = layerFactsOf(regionsOf(report));
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(facts[0].name, "a");
  EXPECT_EQ(facts[0].sqnrDb, 30.5);
  EXPECT_EQ(facts[0].multiplyAdds, 300);
  EXPECT_TRUE(facts[1].compressed());
  EXPECT_FALSE(facts[1].sqnrDb);
}

TEST(LayerFacts, AddUpToTheWholeModel) {
  CompressionTotals totals = compressionTotals(regionsOf(report));
  EXPECT_EQ(totals.weightBytesSaved, 600u);
  EXPECT_DOUBLE_EQ(totals.int8Share, 0.75); // loops are no multiply-adds
  EXPECT_EQ(totals.prunedLayers, 1u);
  EXPECT_EQ(totals.int8Layers, 2u);
}

TEST(LayerFacts, OfNothingCompressedAreNone) {
  CompressionTotals totals = compressionTotals(regionsOf("[{\"kernel\": \"loops\"}, 7]"));
  EXPECT_EQ(totals.weightBytesSaved, 0u);
  EXPECT_EQ(totals.int8Share, 0);
  EXPECT_TRUE(layerFactsOf(regionsOf("[{}]")).empty());
}
