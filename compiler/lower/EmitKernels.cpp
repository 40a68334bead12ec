#include "compiler/lower/Lower.h"
#include "compiler/lower/Passes.h"
#include "compiler/lower/gpu/GpuProduct.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_EMITKERNELS
#include "compiler/lower/Passes.h.inc"

namespace {
struct EmitKernelsPass : impl::EmitKernelsBase<EmitKernelsPass> {
  using EmitKernelsBase::EmitKernelsBase;

  void runOnOperation() override {
    auto machine = isa == "cuda" ? std::optional(gpuMachine()) : machineOf(isa);
    if (!machine) {
      getOperation().emitError("unknown instruction level '")
          << isa << "', expected v3, v4, vnni or cuda";
      return signalPassFailure();
    }
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      bool hasGraph = false;
      function.walk(
          [&](Operation *op) { hasGraph |= mlir::isa<graph::GraphDialect>(op->getDialect()); });
      if (!hasGraph)
        continue;
      if (machine->isGpu && !reference &&
          emitGpuProduct(getOperation(), function, function.getSymName())) {
        function.erase();
        continue;
      }
      OwningOpRef<ModuleOp> emitted =
          emitKernel(function, *machine, function.getSymName(), {reference});
      Operation *kernel = &emitted->getBody()->front();
      kernel->remove();
      getOperation().getBody()->getOperations().insert(function->getIterator(), kernel);
      function.erase();
    }
  }
};
} // namespace
} // namespace mdc::lower
