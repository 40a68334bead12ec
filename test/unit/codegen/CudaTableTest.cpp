// The table of launches is compiled in memory to see what C sees of it.
#include "compiler/codegen/ModelTable.h"

#include "mdc/cuda.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"

#include <gtest/gtest.h>

using namespace mdc;
using namespace mdc::codegen;
using namespace mdc::program;

namespace {

class CudaTable : public testing::Test {
protected:
  void SetUp() override {
    mlir::AffineExpr batch = mlir::getAffineSymbolExpr(0, &mlir);
    mlir::AffineExpr one = mlir::getAffineConstantExpr(1, &mlir);
    program.dims = {{"batch", 1, 8}};
    Region region;
    region.name = "loops_1";
    region.launches = {{"loops_1_0", {batch, one, one}, 256, 0},
                       {"loops_1_1", {batch, batch, one}, 64, 2048}};
    program.regions = {region};
    Variant variant;
    variant.dims = {8};
    variant.padded = {0};
    variant.values = {batch, batch.ceilDiv(4)};
    variant.steps = {{0, {{MDC_ARENA, 0}}, {0}}};
    variant.launches = {{0, 0, {3, 1, 1}}, {0, 1, {-2, 4, 1}}};
    program.variants = {variant};
  }

  const MdcCuda &compiled(const std::string &ptxas) {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    auto context = std::make_unique<llvm::LLVMContext>();
    const Target target{"cuda", {}, {*gpuArchOf("sm_80"), *gpuArchOf("sm_90a")}, ptxas, "f32", ""};
    auto module = modelTableOf(program, target, *context);
    jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
    llvm::orc::ExecutorSymbolDef images(llvm::orc::ExecutorAddr(16), {});
    llvm::cantFail(jit->getMainJITDylib().define(
        llvm::orc::absoluteSymbols({{jit->mangleAndIntern("loops_1_images"), images}})));
    llvm::cantFail(jit->addIRModule({std::move(module), std::move(context)}));
    return *llvm::cantFail(jit->lookup("mdc_cuda")).toPtr<const MdcCuda *>();
  }

  mlir::MLIRContext mlir;
  Program program;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

TEST_F(CudaTable, ListsKernelsWithTheirModule) {
  const MdcCuda &cuda = compiled("ptxas");
  ASSERT_EQ(cuda.moduleCount, 1u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(cuda.modules[0].images), 16u);
  EXPECT_EQ(cuda.modules[0].imageCount, 4u); // two architectures and PTX of both
  ASSERT_EQ(cuda.kernelCount, 2u);
  EXPECT_STREQ(cuda.kernels[1].name, "loops_1_1");
  EXPECT_EQ(cuda.kernels[1].threads, 64u);
  EXPECT_EQ(cuda.kernels[1].sharedBytes, 2048u);
}

TEST_F(CudaTable, LaunchesHaveFixedGridsAndGridsOfTheRequest) {
  const MdcCuda &cuda = compiled("ptxas");
  ASSERT_EQ(cuda.variants[0].launchCount, 2u);
  EXPECT_EQ(cuda.variants[0].launches[0].grid[0], 3);
  EXPECT_EQ(cuda.variants[0].launches[0].grid[1], 1);
  EXPECT_EQ(cuda.variants[0].launches[1].kernel, 1u);
  EXPECT_EQ(cuda.variants[0].launches[1].grid[0], -2);
  EXPECT_EQ(cuda.variants[0].launches[1].grid[1], 4);
}

TEST_F(CudaTable, WithoutAnAssemblerThereIsPtxAlone) {
  EXPECT_EQ(compiled("").modules[0].imageCount, 2u);
}

} // namespace
