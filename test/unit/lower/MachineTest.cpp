#include "compiler/lower/Machine.h"

#include <gtest/gtest.h>

using namespace mdc::lower;

namespace {

std::vector<std::string> namesOf(const std::vector<Machine> &levels) {
  std::vector<std::string> names;
  for (const Machine &level : levels)
    names.push_back(level.name.str());
  return names;
}

TEST(Machine, RegionsThatMultiplyNoBytesHaveNoObjectForByteDots) {
  std::vector<Machine> levels = {*machineOf("v3"), *machineOf("v4"), *machineOf("vnni")};
  EXPECT_EQ(namesOf(levelsFor(levels, /*multipliesBytes=*/false)),
            (std::vector<std::string>{"v3", "v4"}));
  EXPECT_EQ(namesOf(levelsFor(levels, /*multipliesBytes=*/true)),
            (std::vector<std::string>{"v3", "v4", "vnni"}));
}

} // namespace
