#include "compiler/pipeline/LayerSearch.h"

#include <gtest/gtest.h>

#include <map>

using namespace mdc::pipeline;

static std::vector<LayerContribution> layersOf(size_t count) {
  std::vector<LayerContribution> layers;
  for (size_t i = 0; i < count; ++i)
    layers.push_back({"l" + std::to_string(i), "int8", 0, 10, 40.0, std::nullopt});
  return layers;
}

TEST(LayerSearch, FindsFewCostlyLayersAmongMany) {
  const std::map<std::string, double> costs = {{"l3", 0.3}, {"l71", 0.2}};
  unsigned calls = 0;
  auto found = searchLayers(layersOf(100), [&](const std::vector<std::string> &names) {
    ++calls;
    double gain = 0;
    for (const std::string &name : names)
      if (auto cost = costs.find(name); cost != costs.end())
        gain += cost->second;
    return std::optional(gain);
  });
  ASSERT_TRUE(found && found->size() > 2);
  EXPECT_EQ((*found)[0].layers.front().name, "l3");
  EXPECT_EQ((*found)[0].layers.front().gain, 0.3);
  EXPECT_EQ((*found)[1].layers.front().name, "l71");
  EXPECT_LE(calls, 28u);
  size_t layers = 0;
  for (const LayerGroup &group : *found)
    layers += group.layers.size();
  EXPECT_EQ(layers, 100u); // each in one group
}

TEST(LayerSearch, KeepsTogetherWhatGainsTogether) {
  auto found = searchLayers(layersOf(40), [&](const std::vector<std::string> &names) {
    bool first = llvm::is_contained(names, "l0"), second = llvm::is_contained(names, "l4");
    return std::optional(first && second ? 0.5 : 0.0);
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().gain, 0.5);
  EXPECT_EQ(found->front().layers.size(), 5u);
  EXPECT_FALSE(found->front().layers.front().gain); // nobody knows it of one layer
}

TEST(LayerSearch, MeasuresFewLayersOneByOneAndStopsAtAnError) {
  auto found = searchLayers(layersOf(3), [](const std::vector<std::string> &names) {
    return std::optional(names.front() == "l2" ? 1.0 : -1.0);
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 3u);
  EXPECT_EQ(found->front().layers.front().name, "l2");
  auto failing = [](const std::vector<std::string> &) { return std::optional<double>(); };
  EXPECT_FALSE(searchLayers(layersOf(3), failing));
}

TEST(LayerSearch, WhatDoesNotFitIntoTheSpareShareStays) {
  std::vector<LayerGroup> groups;
  for (double multiplyAdds : {90.0, 10.0, 20.0, 5.0})
    groups.push_back({{{"l", "int8", 0, multiplyAdds, 40.0, std::nullopt}}, 100 - multiplyAdds});
  std::vector<LayerGroup> order = repairOrder(groups, 16);
  ASSERT_EQ(order.size(), 2u);
  EXPECT_EQ(order[0].multiplyAdds(), 10);
  EXPECT_EQ(order[1].multiplyAdds(), 5);
}
