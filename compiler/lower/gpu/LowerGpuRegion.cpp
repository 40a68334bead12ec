#include "compiler/lower/gpu/LowerGpuRegion.h"

#include "compiler/lower/Lower.h"
#include "compiler/lower/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mdc::lower {

static void addLaunchPasses(OpPassManager &passes, int64_t operands, int64_t extents) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  passes.addPass(createExpandMath());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  LaunchAbiOptions abi;
  abi.operands = operands;
  abi.extents = extents;
  passes.addPass(createLaunchAbi(abi));
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(createFinalizeMemRefToLLVMConversionPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createConvertIndexToLLVMPass());
  passes.addPass(createUBToLLVMConversionPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

static int64_t extentCount(func::FuncOp kernel) {
  auto most = kernel->getAttrOfType<DenseI64ArrayAttr>("graph.max");
  return most ? most.size() : 0;
}

// Entries that a driver launches; the words of one are the same for all its threads. Only functions
// of the llvm dialect may say so.
static void markEntries(ModuleOp module) {
  Builder builder(module.getContext());
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!function->hasAttr(kernel::kBlocksAttr))
      continue;
    function->removeAttr(kernel::kBlocksAttr);
    function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), builder.getUnitAttr());
    function.setArgAttr(0, NVVM::NVVMDialect::getGridConstantAttrName(), builder.getUnitAttr());
  }
}

std::optional<GpuRegion> lowerGpuRegion(func::FuncOp kernel, StringRef symbol) {
  GpuRegion region;
  region.module = emitKernel(kernel, gpuMachine(), symbol, {/*reference=*/true});
  // Before any canonicalization, which would take a parallel loop of one round away.
  PassManager outline(kernel.getContext());
  outline.addPass(createOutlineLaunches());
  if (failed(verify(*region.module)) || failed(outline.run(*region.module)))
    return std::nullopt;
  for (auto function : region.module->getOps<func::FuncOp>()) {
    auto blocks = function->getAttrOfType<AffineMapAttr>(kernel::kBlocksAttr);
    if (!blocks)
      continue; // a declaration
    region.launches.push_back(
        {function.getSymName().str(), blocks.getValue().getResult(0), kBlockThreads, 0});
  }
  PassManager launch(kernel.getContext());
  // Plain loops take no scratch memory.
  int64_t operands = kernel.getNumArguments() + kernel.getNumResults();
  addLaunchPasses(launch, operands, extentCount(kernel));
  if (failed(launch.run(*region.module)))
    return std::nullopt;
  markEntries(*region.module);
  return region;
}

} // namespace mdc::lower
