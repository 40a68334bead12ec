#include "compiler/lower/Lower.h"

#include "compiler/lower/Passes.h"
#include "compiler/lower/Roots.h"
#include "compiler/lower/kernels/Conv.h"
#include "compiler/lower/kernels/Matmul.h"
#include "compiler/lower/kernels/RowConv.h"
#include "compiler/lower/kernels/SparseConv.h"
#include "compiler/lower/kernels/SparseMatmul.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mdc::lower {

bool isRoot(Operation *op) {
  return isa<graph::MatmulOp, graph::ConvOp, graph::PoolOp, graph::ReduceOp, graph::ArgReduceOp,
             graph::CumSumOp, graph::SoftmaxOp, graph::NormOp, graph::ConcatOp,
             graph::QuantizeRowsOp>(op);
}

bool keepsChannels(Operation *op) {
  if (isa<graph::UnaryOp, graph::BinaryOp, graph::CompareOp, graph::SelectOp, graph::CastOp,
          graph::ResizeOp, graph::ConstantOp, graph::YieldOp, func::ReturnOp>(op))
    return true;
  if (auto pad = dyn_cast<graph::PadOp>(op))
    return pad.getLow().size() > 1 && pad.getLow()[1] == 0 && pad.getHigh()[1] == 0;
  if (auto slice = dyn_cast<graph::SliceOp>(op))
    return slice.getType().getRank() > 1 && slice.getSteps()[1] == 1 &&
           slice.getType().getDimSize(1) == slice.getInput().getType().getDimSize(1);
  return false;
}

// Null for a region of elementwise ops and moves alone.
static Operation *rootOf(func::FuncOp kernel) {
  for (Operation &op : kernel.front())
    if (isRoot(&op))
      return &op;
  return nullptr;
}

// Tiles of nothing have no size; the plain loops run no round and still write the epilogue of an
// empty sum.
static bool isEmpty(graph::MatmulOp op) {
  auto hasZero = [](RankedTensorType type) { return llvm::is_contained(type.getShape(), 0); };
  return hasZero(op.getLhs().getType()) || hasZero(op.getRhs().getType());
}

static bool hasSparse(RegionEmitter &emitter, Value weight) {
  return isa<BlockArgument>(weight) && isSparse(emitter.argumentLayout(weight));
}

static void emitRoot(RegionEmitter &emitter, Operation *root, const RegionOptions &options) {
  if (!root)
    return emitMap(emitter);
  llvm::TypeSwitch<Operation *>(root)
      .Case([&](graph::MatmulOp op) {
        if (hasSparse(emitter, op.getRhs()))
          return emitSparseMatmul(emitter, op);
        if (options.reference || isEmpty(op) || failed(emitMatmul(emitter, op)))
          emitPlainMatmul(emitter, op);
      })
      .Case([&](graph::ConvOp op) {
        if (hasSparse(emitter, op.getWeight()))
          return emitSparseConv(emitter, op);
        if (options.reference ||
            (failed(emitConv(emitter, op)) && failed(emitRowConv(emitter, op))))
          emitPlainConv(emitter, op);
      })
      .Case([&](graph::PoolOp op) { emitPool(emitter, op); })
      .Case([&](graph::ReduceOp op) { emitReduce(emitter, op); })
      .Case([&](graph::ArgReduceOp op) { emitArgReduce(emitter, op); })
      .Case([&](graph::CumSumOp op) { emitCumSum(emitter, op); })
      .Case([&](graph::SoftmaxOp op) { emitSoftmax(emitter, op); })
      .Case([&](graph::NormOp op) { emitNorm(emitter, op); })
      .Case([&](graph::QuantizeRowsOp op) { emitQuantizeRows(emitter, op); })
      .Case([&](graph::ConcatOp op) { emitConcat(emitter, op); })
      .Default([&](Operation *) { emitMap(emitter); });
}

void addLlvmPasses(OpPassManager &passes) {
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

static void addKernelPasses(OpPassManager &passes) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  passes.addPass(createExpandMath());
  passes.addPass(createOutlineParallel());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  passes.addPass(createLoopInvariantCodeMotionPass());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createKernelAbi());
  addLlvmPasses(passes);
}

OwningOpRef<ModuleOp> emitKernel(func::FuncOp kernel, const Machine &machine, StringRef symbol,
                                 const RegionOptions &options) {
  OpBuilder builder(kernel.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, kernel.getLoc());
  builder.setInsertionPointToStart(module->getBody());
  auto target =
      func::FuncOp::create(builder, kernel.getLoc(), symbol, builder.getFunctionType({}, {}));
  RegionEmitter emitter(kernel, target, machine);
  for (unsigned number = 0; number < kernel.getNumResults(); ++number)
    fillBorder(emitter, number);
  emitRoot(emitter, rootOf(kernel), options);
  return module;
}

OwningOpRef<ModuleOp> lowerRegion(func::FuncOp kernel, const Machine &machine, StringRef symbol,
                                  const RegionOptions &options) {
  OwningOpRef<ModuleOp> module = emitKernel(kernel, machine, symbol, options);
  PassManager passes(kernel.getContext());
  addKernelPasses(passes);
  if (failed(verify(*module)) || failed(passes.run(*module)))
    return {};
  return module;
}

bool multipliesBytes(func::FuncOp kernel) {
  Operation *root = rootOf(kernel);
  if (!isa_and_nonnull<graph::ConvOp, graph::MatmulOp>(root))
    return false;
  return llvm::all_of(root->getOperands().take_front(2), [](Value operand) {
    return cast<RankedTensorType>(operand.getType()).getElementTypeBitWidth() == 8;
  });
}

std::string tileOf(func::FuncOp kernel, const Machine &machine) {
  Operation *root = rootOf(kernel);
  auto layoutOf = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument ? layoutOfArgument(kernel, argument.getArgNumber()) : Layout();
  };
  auto conv = dyn_cast_or_null<graph::ConvOp>(root);
  if (conv && isSparse(layoutOf(conv.getWeight())))
    return sparseConvTileText(conv, layoutOf(conv.getInput()), layoutOf(conv.getWeight()), machine);
  if (conv)
    return convTileText(conv, layoutOf(conv.getInput()), layoutOf(conv.getWeight()), machine);
  auto matmul = dyn_cast_or_null<graph::MatmulOp>(root);
  if (!matmul || isEmpty(matmul) || !matmul.getType().getElementType().isF32())
    return "";
  if (isSparse(layoutOf(matmul.getRhs())))
    return sparseMatmulTileText(matmul, layoutOf(matmul.getRhs()), machine);
  return matmulTileText(matmul, layoutOf(matmul.getRhs()), machine);
}

SmallVector<int64_t> scratchBytesOf(func::FuncOp kernel) {
  // Emission asks for scratch as it goes, the same on every level; what it writes is dropped.
  OpBuilder builder(kernel.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, kernel.getLoc());
  builder.setInsertionPointToStart(module->getBody());
  auto target =
      func::FuncOp::create(builder, kernel.getLoc(), "kernel", builder.getFunctionType({}, {}));
  RegionEmitter emitter(kernel, target, *machineOf("v3"));
  emitRoot(emitter, rootOf(kernel), {});
  return llvm::to_vector(emitter.scratchBytes());
}

} // namespace mdc::lower
