#include "compiler/lower/gpu/LowerGpuRegion.h"

#include "compiler/lower/Lower.h"
#include "compiler/lower/Passes.h"
#include "compiler/lower/gpu/GpuAttention.h"
#include "compiler/lower/gpu/GpuConv.h"
#include "compiler/lower/gpu/GpuMatmul.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mdc::lower {

static void addLaunchPasses(OpPassManager &passes, int64_t operands, int64_t extents) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  passes.addPass(createExpandMath({/*hasBf16=*/true}));
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  LaunchAbiOptions abi;
  abi.operands = operands;
  abi.extents = extents;
  passes.addPass(createLaunchAbi(abi));
  passes.addPass(createSCFToControlFlowPass());
  addLlvmPasses(passes);
}

static int64_t extentCount(func::FuncOp kernel) {
  auto most = kernel->getAttrOfType<DenseI64ArrayAttr>("graph.max");
  return most ? most.size() : 0;
}

// What ptxas may assume of an entry, taken from a function of the kernel dialect.
static void setThreads(LLVM::LLVMFuncOp entry, int64_t threads) {
  Builder builder(entry.getContext());
  entry->setAttr(NVVM::NVVMDialect::getMaxntidAttrName(),
                 builder.getDenseI32ArrayAttr({int32_t(threads)}));
  // Without it ptxas spills a few registers of a main loop to fit one more block.
  entry->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(), builder.getI32IntegerAttr(1));
}

// As codegen::ptxOf reads it.
static void setHome(LLVM::LLVMFuncOp entry, MdcCudaHome home) {
  Builder builder(entry.getContext());
  StringRef text = home == MDC_CUDA_SPECIFIC ? kSpecificHome : kGenericHome;
  entry.setPassthroughAttr(builder.getArrayAttr(builder.getStrArrayAttr({kHomeAttr, text})));
}

// Entries that a driver launches; the words of one are the same for all its threads. Only functions
// of the llvm dialect may say so. All others are a main loop's and part of it.
static void markEntries(ModuleOp module, ArrayRef<GpuLaunch> launches) {
  Builder builder(module.getContext());
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!function->hasAttr(kernel::kBlocksAttr)) {
      if (!function.isExternal())
        function.setAlwaysInline(true);
      continue;
    }
    function->removeAttr(kernel::kBlocksAttr);
    function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), builder.getUnitAttr());
    function.setArgAttr(0, NVVM::NVVMDialect::getGridConstantAttrName(), builder.getUnitAttr());
    if (auto threads = function->getAttrOfType<IntegerAttr>(kernel::kThreadsAttr))
      setThreads(function, threads.getInt());
    function->removeAttr(kernel::kThreadsAttr);
    function->removeAttr(kernel::kSharedBytesAttr);
  }
  for (const GpuLaunch &launch : launches)
    if (launch.home != MDC_CUDA_ALL)
      setHome(module.lookupSymbol<LLVM::LLVMFuncOp>(launch.kernel), launch.home);
}

static GpuLaunch launchOf(func::FuncOp entry, AffineMap blocks) {
  AffineExpr one = getAffineConstantExpr(1, entry.getContext());
  GpuLaunch launch{entry.getSymName().str(), {one, one, one}, kBlockThreads, 0};
  llvm::copy(blocks.getResults(), launch.blocks.begin());
  if (auto threads = entry->getAttrOfType<IntegerAttr>(kernel::kThreadsAttr))
    launch.threads = threads.getInt();
  if (auto bytes = entry->getAttrOfType<IntegerAttr>(kernel::kSharedBytesAttr))
    launch.sharedBytes = bytes.getInt();
  return launch;
}

std::optional<GpuProduct> emitGpuProduct(ModuleOp module, func::FuncOp kernel, StringRef symbol) {
  if (auto attention = emitGpuAttention(module, kernel, symbol))
    return attention;
  for (Operation &op : kernel.front()) {
    if (auto matmul = dyn_cast<graph::MatmulOp>(op))
      return emitGpuMatmul(module, kernel, matmul, symbol);
    if (auto conv = dyn_cast<graph::ConvOp>(op))
      return emitGpuConv(module, kernel, conv, symbol);
  }
  return std::nullopt;
}

std::optional<GpuRegion> lowerGpuRegion(func::FuncOp kernel, StringRef symbol) {
  GpuRegion region;
  region.module = ModuleOp::create(kernel.getLoc());
  std::optional<GpuProduct> product = emitGpuProduct(*region.module, kernel, symbol);
  if (product) {
    region.mainLoop = product->loop;
    region.scratchBytes = product->scratchBytes;
  } else {
    region.module = emitKernel(kernel, gpuMachine(), symbol, {/*reference=*/true});
  }
  // Before any canonicalization, which would take a parallel loop of one round away.
  PassManager outline(kernel.getContext());
  outline.addPass(createOutlineLaunches());
  if (failed(verify(*region.module)) || failed(outline.run(*region.module)))
    return std::nullopt;
  for (auto function : region.module->getOps<func::FuncOp>())
    if (auto blocks = function->getAttrOfType<AffineMapAttr>(kernel::kBlocksAttr))
      region.launches.push_back(launchOf(function, blocks.getValue()));
  for (GpuLaunch &launch : region.launches) {
    EntryFacts facts = product ? product->entries.lookup(launch.kernel) : EntryFacts();
    launch.home = facts.home;
    launch.maps = facts.maps;
  }
  PassManager launch(kernel.getContext());
  int64_t operands =
      kernel.getNumArguments() + kernel.getNumResults() + int64_t(region.scratchBytes.size());
  addLaunchPasses(launch, operands, extentCount(kernel));
  if (failed(launch.run(*region.module)))
    return std::nullopt;
  markEntries(*region.module, region.launches);
  return region;
}

} // namespace mdc::lower
