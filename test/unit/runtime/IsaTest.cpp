#include "runtime/cpu/Isa.h"

#include <gtest/gtest.h>

namespace mdc::cpu {
namespace {

void weak(void *const *, const int64_t *, MdcContext *) {}
void strong(void *const *, const int64_t *, MdcContext *) {}

TEST(Isa, FallsBackToTheNextWeakerEntry) {
  MdcRegion region = {"r", {weak, strong, nullptr}};
  EXPECT_EQ(entryFor(region, MDC_ISA_VNNI), strong);
  EXPECT_EQ(entryFor(region, MDC_ISA_V3), weak);
}

TEST(Isa, RefusesALevelThatTheModelLacks) {
  MdcRegion region = {"r", {weak, nullptr, nullptr}};
  MdcModel model = {};
  model.regions = &region;
  model.regionCount = 1;
  MdcIsa isa;
  std::string error;
  ASSERT_TRUE(chooseIsa(model, {}, isa, error)) << error;
  EXPECT_EQ(isa, MDC_ISA_V3);
  EXPECT_FALSE(chooseIsa(model, "v5", isa, error));
  EXPECT_FALSE(chooseIsa(model, "v4", isa, error));
}

} // namespace
} // namespace mdc::cpu
