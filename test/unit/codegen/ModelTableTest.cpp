// The table is compiled in memory to see what C sees of it.
#include "compiler/codegen/ModelTable.h"

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

class ModelTable : public testing::Test {
protected:
  void SetUp() override {
    mlir::AffineExpr batch = mlir::getAffineSymbolExpr(0, &mlir);
    program.dims = {{"batch", 1, 8}};
    program.inputs = {{"x", MDC_F32, {0, -1}, {-1, 3}}};
    program.outputs = {{"y", MDC_I64, {-2}, {-1}}};
    program.regions = {{"loops_1", "loops", "", {}, {}, {}, "f32", 1}};
    program.weights.resize(1);
    program.weights[0].offset = 192;
    program.weightBytes = 320;
    Variant variant;
    variant.dims = {8};
    variant.padded = {0};
    variant.arenaBytes = 1024;
    variant.values = {batch, (batch + 5).floorDiv(3) * 2, batch % 4, (batch - 20).ceilDiv(6)};
    variant.inputs = {{{{8, 0, 0}, {3, -1, -1}}, 64, 96}};
    variant.outputs = {{{{8, 1, -1}}, 512, 64}};
    variant.steps = {{0, {{MDC_ARENA, 64}, {MDC_WEIGHT, 0}, {MDC_ARENA, 512}}, {0, 2}}};
    program.variants = {variant};
  }

  /// Compiles the table with an entry for v3 at address 16.
  const MdcModel &compiled() {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = modelTableOf(program, {"cpu", {*lower::machineOf("v3")}, {}}, *context);
    jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
    llvm::orc::ExecutorSymbolDef entry(llvm::orc::ExecutorAddr(16), llvm::JITSymbolFlags::Callable);
    llvm::cantFail(jit->getMainJITDylib().define(
        llvm::orc::absoluteSymbols({{jit->mangleAndIntern("loops_1_v3"), entry}})));
    llvm::cantFail(jit->addIRModule({std::move(module), std::move(context)}));
    return *llvm::cantFail(jit->lookup("mdc_model")).toPtr<const MdcModel *>();
  }

  mlir::MLIRContext mlir;
  Program program;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

TEST_F(ModelTable, HoldsWhatTheProgramSays) {
  const MdcModel &model = compiled();
  EXPECT_EQ(model.abiVersion, MDC_ABI_VERSION);
  EXPECT_EQ(model.weightBytes, 320u);
  ASSERT_EQ(model.dimCount, 1u);
  EXPECT_STREQ(model.dims[0].name, "batch");
  EXPECT_EQ(model.dims[0].max, 8);
  EXPECT_STREQ(model.inputs[0].name, "x");
  EXPECT_EQ(model.inputs[0].rank, 2u);
  EXPECT_EQ(model.inputs[0].dims[1], -1);
  EXPECT_EQ(model.inputs[0].extents[0], -1);
  EXPECT_EQ(model.outputs[0].type, MDC_I64);
  EXPECT_EQ(model.outputs[0].dims[0], -2);
}

TEST_F(ModelTable, HasAnEntryForCompiledLevelsAlone) {
  const MdcModel &model = compiled();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(model.regions[0].entry[MDC_ISA_V3]), 16u);
  EXPECT_EQ(model.regions[0].entry[MDC_ISA_V4], nullptr);
  EXPECT_EQ(model.regions[0].entry[MDC_ISA_VNNI], nullptr);
}

TEST_F(ModelTable, HoldsTheSteps) {
  const MdcVariant &variant = compiled().variants[0];
  ASSERT_EQ(variant.stepCount, 1u);
  EXPECT_EQ(variant.steps[0].operandCount, 3u);
  EXPECT_EQ(variant.operands[1].place, uint32_t(MDC_WEIGHT));
  EXPECT_EQ(variant.operands[1].offset, 192u);
  EXPECT_EQ(variant.operands[2].offset, 512u);
  EXPECT_EQ(variant.steps[0].extentCount, 2u);
  EXPECT_EQ(variant.stepExtents[1], 2u);
  EXPECT_EQ(variant.inputs[0].axes[1].extent, 3);
  EXPECT_EQ(variant.outputs[0].axes[0].slot, 1);
}

TEST_F(ModelTable, ShapeComputesLikeTheExpressions) {
  const MdcVariant &variant = compiled().variants[0];
  ASSERT_EQ(variant.valueCount, 4u);
  const int64_t dims[] = {7};
  int64_t values[4] = {};
  variant.shape(dims, values);
  EXPECT_EQ(values[0], 7);
  EXPECT_EQ(values[1], 8);
  EXPECT_EQ(values[2], 3);
  EXPECT_EQ(values[3], -2); // ceil(-13 / 6)
}

} // namespace
