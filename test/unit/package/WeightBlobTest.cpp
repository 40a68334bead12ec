#include "compiler/package/WeightBlob.h"

#include "mdc/abi.h"
#include "test/unit/TemporaryFolder.h"

#include "gtest/gtest.h"

using namespace mdc;
using namespace mdc::package;

TEST(WeightBlob, AlignsTensorsAndKeepsSlackBehindEach) {
  test::TemporaryFolder folder;
  Diagnostics diagnostics(nullptr);
  WeightBlobWriter writer(folder.path("weights"), diagnostics);
  const std::string first(100, 'a'), second(MDC_ALIGNMENT, 'b');
  EXPECT_EQ(writer.append(first.data(), first.size()), 0u);
  uint64_t offset = writer.append(second.data(), second.size());
  EXPECT_EQ(offset % MDC_ALIGNMENT, 0u);
  EXPECT_GE(offset, first.size() + MDC_SLACK);
  ASSERT_TRUE(writer.finish());
  std::string blob = folder.read("weights");
  EXPECT_EQ(blob.size(), writer.blobBytes());
  EXPECT_GE(blob.size(), offset + second.size() + MDC_SLACK);
  EXPECT_EQ(blob.substr(0, 100), first);
  EXPECT_EQ(blob.substr(100, offset - 100), std::string(offset - 100, '\0'));
  EXPECT_EQ(blob.substr(offset, second.size()), second);
}

TEST(WeightBlob, StoresEqualTensorsOnce) {
  test::TemporaryFolder folder;
  Diagnostics diagnostics(nullptr);
  WeightBlobWriter writer(folder.path("weights"), diagnostics);
  const std::string big(5 << 20, 'x'); // larger than the writer's buffer
  uint64_t offset = writer.append(big.data(), big.size());
  writer.append("other", 5);
  uint64_t bytes = writer.blobBytes();
  EXPECT_EQ(writer.append(big.data(), big.size()), offset);
  EXPECT_NE(writer.append(big.data(), big.size() - 1), offset);
  EXPECT_EQ(writer.sharedBytes(), big.size());
  EXPECT_GT(writer.blobBytes(), bytes);
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(folder.read("weights").size(), writer.blobBytes());
}

TEST(WeightBlob, ReportsAFolderThatCannotBeWritten) {
  Diagnostics diagnostics(nullptr);
  WeightBlobWriter writer("/proc/none/weights", diagnostics);
  writer.append("x", 1);
  EXPECT_FALSE(writer.finish());
  EXPECT_EQ(diagnostics.errorCount(), 1u);
}
