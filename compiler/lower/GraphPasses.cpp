#include "compiler/lower/Lower.h"

#include "compiler/lower/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mdc::lower {

void registerDialects(DialectRegistry &registry) {
  registry
      .insert<graph::GraphDialect, kernel::KernelDialect, func::FuncDialect, arith::ArithDialect,
              math::MathDialect, memref::MemRefDialect, scf::SCFDialect, vector::VectorDialect,
              cf::ControlFlowDialect, LLVM::LLVMDialect, NVVM::NVVMDialect, DLTIDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

void addSimplifyPasses(OpPassManager &passes) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(createCanonicalizerPass());
  functions.addPass(createCSEPass());
  functions.addPass(createCancelMoves());
  functions.addPass(createFoldWeights());
  functions.addPass(createFoldAffine());
  functions.addPass(createCanonicalizerPass());
}

void addVariantPasses(OpPassManager &passes) {
  passes.addPass(createSplitVariants());
  // What only a fixed extent shows: shape arithmetic is constant, an axis of extent 1 moves freely.
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(createCanonicalizerPass());
  functions.addPass(createCSEPass());
  functions.addPass(createCancelMoves());
  functions.addPass(createCanonicalizerPass());
}

void addRegionPasses(OpPassManager &passes, const GraphOptions &options) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(createIntegerKernels());
  if (options.gpu)
    functions.addPass(createTurnWeights());
  if (options.products != "f32") {
    NarrowProductsOptions narrow;
    narrow.type = options.products;
    functions.addPass(createNarrowProducts(narrow));
  }
  FuseOptions fuse;
  fuse.single = !options.fuse;
  fuse.gpu = options.gpu;
  functions.addPass(createFuse(fuse));
  AssignLayoutsOptions layouts;
  layouts.plain = !options.layout;
  layouts.gpu = options.gpu;
  functions.addPass(createAssignLayouts(layouts));
}

} // namespace mdc::lower
