#include "compiler/codegen/GpuCode.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/TargetParser/Triple.h"

#include <gtest/gtest.h>

using namespace mdc;
using namespace mdc::codegen;

static std::string ptxFor(llvm::StringRef name) {
  llvm::LLVMContext context;
  llvm::Module module("empty", context);
  module.setTargetTriple(llvm::Triple("nvptx64-nvidia-cuda"));
  Diagnostics diagnostics(nullptr);
  return ptxOf(module, *gpuArchOf(name), diagnostics).value_or("");
}

TEST(GpuCode, TheTextThatShipsIsReadByDriversOfCuda12) {
  const std::string text = ptxFor(gpuArchs().front().name);
  EXPECT_NE(text.find(".version 8.0\n.target sm_80\n"), std::string::npos) << text;
}

TEST(GpuCode, OtherArchitecturesHaveTheVersionThatTheyNeed) {
  EXPECT_NE(ptxFor("sm_90a").find(".version 8.4\n"), std::string::npos);
  EXPECT_NE(ptxFor("sm_100").find(".version 8.6\n"), std::string::npos);
}
