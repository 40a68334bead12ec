#include "runtime/cuda/GraphCache.h"
#include "runtime/cuda/Images.h"
#include "runtime/exec/Device.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace mdc::cuda {
namespace {

MdcCudaImage image(MdcCudaCode code, uint32_t arch, bool specific = false) {
  return {code, arch, specific, 0, nullptr, 0, 0};
}

TEST(Images, CubinsRunOnTheirMajorVersionAndPtxOnAnythingNewer) {
  EXPECT_TRUE(runsOn(image(MDC_CUDA_CUBIN, 80), 80));
  EXPECT_TRUE(runsOn(image(MDC_CUDA_CUBIN, 80), 89));
  EXPECT_FALSE(runsOn(image(MDC_CUDA_CUBIN, 86), 80));
  EXPECT_FALSE(runsOn(image(MDC_CUDA_CUBIN, 80), 90));
  EXPECT_TRUE(runsOn(image(MDC_CUDA_CUBIN, 100), 103));
  EXPECT_TRUE(runsOn(image(MDC_CUDA_PTX, 80), 120));
  EXPECT_FALSE(runsOn(image(MDC_CUDA_PTX, 80), 75));
  for (MdcCudaCode code : {MDC_CUDA_CUBIN, MDC_CUDA_PTX}) {
    EXPECT_TRUE(runsOn(image(code, 90, true), 90));
    EXPECT_FALSE(runsOn(image(code, 90, true), 100));
  }
}

TEST(Images, ADamagedOneIsRefused) {
  const char text[] = ".version 8.3 .target sm_80";
  uint8_t stored[64];
  uLongf storedBytes = sizeof(stored);
  ASSERT_EQ(compress(stored, &storedBytes, reinterpret_cast<const Bytef *>(text), sizeof(text)),
            Z_OK);
  MdcCudaImage whole = {MDC_CUDA_PTX, 80, 0, 0, stored, storedBytes, sizeof(text)};
  EXPECT_STREQ(inflateImage(whole).data(), text);
  MdcCudaImage longer = whole;
  ++longer.bytes;
  EXPECT_THROW(inflateImage(longer), exec::DeviceError);
  stored[storedBytes - 1] ^= 1;
  EXPECT_THROW(inflateImage(whole), exec::DeviceError);
}

std::vector<GraphExecHandle> destroyed;

GraphExecHandle handle(uintptr_t number) { return reinterpret_cast<GraphExecHandle>(number); }

TEST(GraphCache, TheOneUnusedForLongestMakesRoom) {
  destroyed.clear();
  Driver driver;
  driver.graphExecDestroy = [](GraphExecHandle graph) {
    destroyed.push_back(graph);
    return Result{success};
  };
  using Values = std::vector<int64_t>;
  GraphCache cache(2);
  cache.add(0, Values{1}, GraphExec(driver, handle(1)));
  cache.add(0, Values{2}, GraphExec(driver, handle(2)));
  EXPECT_EQ(cache.find(0, Values{1}), handle(1));
  EXPECT_EQ(cache.find(1, Values{1}), nullptr);
  cache.add(1, Values{1}, GraphExec(driver, handle(3)));
  EXPECT_EQ(destroyed, std::vector{handle(2)});
  EXPECT_EQ(cache.find(0, Values{2}), nullptr);
  EXPECT_EQ(cache.find(0, Values{1}), handle(1));
  EXPECT_EQ(cache.find(1, Values{1}), handle(3));
}

} // namespace
} // namespace mdc::cuda
