#include "compiler/pipeline/GateRecord.h"

#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <limits>

using namespace mdc;
using namespace mdc::pipeline;

TEST(GateRecord, KeepsWhatWasMeasured) {
  test::TemporaryFolder folder;
  Diagnostics diagnostics(nullptr);
  GateRecord record(folder.path("gate.json"));
  EXPECT_FALSE(record.value("a"));
  record.setValue("a", 0.1);
  record.setValue("nan", std::numeric_limits<double>::quiet_NaN());
  record.setFloatLayers("b", {"conv1", "a \"quoted\" name"});
  ASSERT_TRUE(record.save(diagnostics));
  GateRecord again(folder.path("gate.json"));
  EXPECT_EQ(again.value("a"), 0.1); // to the last bit
  EXPECT_FALSE(again.value("nan"));
  EXPECT_EQ(again.floatLayers("b"), (std::vector<std::string>{"conv1", "a \"quoted\" name"}));
  EXPECT_FALSE(again.floatLayers("a"));
}

TEST(GateRecord, IsEmptyWhereTheFileIsDamaged) {
  test::TemporaryFolder folder;
  for (const char *text : {"", "{", "[]", "{\"values\":{\"a\":\"x\"},\"float_layers\":{}}"}) {
    folder.write("gate.json", text);
    EXPECT_FALSE(GateRecord(folder.path("gate.json")).value("a"));
  }
}
