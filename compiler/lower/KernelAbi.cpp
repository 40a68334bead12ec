#include "compiler/lower/FlatMemory.h"
#include "compiler/lower/Passes.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_KERNELABI
#include "compiler/lower/Passes.h.inc"

namespace {

constexpr StringLiteral kParallelFor = "mdc_parallel_for", kIndexError = "mdc_index_error";

// The three pointers of MdcKernel inside one function.
struct Frame {
  Value buffers, extents, context;
};

struct KernelAbiPass : impl::KernelAbiBase<KernelAbiPass> {
  LLVM::LLVMPointerType pointer;

  Value loadAt(OpBuilder &b, Location loc, Value base, int64_t number, Type type) {
    Value address =
        LLVM::GEPOp::create(b, loc, pointer, type, base, ArrayRef<LLVM::GEPArg>{(int32_t)number});
    return LLVM::LoadOp::create(b, loc, type, address);
  }

  // Replaces the function's arguments by the ABI's and returns the frame; a body reads it from its
  // captures.
  Frame enter(func::FuncOp function) {
    MLIRContext *context = &getContext();
    Block &entry = function.front();
    Location loc = function.getLoc();
    OpBuilder b(context);
    if (function.getNumArguments() == 0) {
      function.setFunctionType(b.getFunctionType({pointer, pointer, pointer}, {}));
      for (int i = 0; i < 3; ++i)
        entry.addArgument(pointer, loc);
      return {entry.getArgument(0), entry.getArgument(1), entry.getArgument(2)};
    }
    function.setFunctionType(b.getFunctionType({pointer, b.getI64Type(), b.getI64Type()}, {}));
    entry.insertArgument(0u, pointer, loc);
    b.setInsertionPointToStart(&entry);
    for (int i = 1; i < 3; ++i) {
      BlockArgument bound = entry.getArgument(i);
      bound.setType(b.getI64Type());
      auto cast = arith::IndexCastOp::create(b, loc, b.getIndexType(), bound);
      bound.replaceAllUsesExcept(cast, cast);
    }
    Value captures = entry.getArgument(0);
    return {loadAt(b, loc, captures, 0, pointer), loadAt(b, loc, captures, 1, pointer),
            loadAt(b, loc, captures, 2, pointer)};
  }

  void lowerOperand(kernel::OperandOp op, const Frame &frame, const LLVMTypeConverter &converter) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    auto type = cast<MemRefType>(op.getType());
    Value base = loadAt(b, loc, frame.buffers, op.getIndex(), pointer);
    op.replaceAllUsesWith(flatMemory(b, loc, base, type, converter));
    op.erase();
  }

  void lowerExtent(kernel::ExtentOp op, const Frame &frame) {
    OpBuilder b(op);
    Value value = loadAt(b, op.getLoc(), frame.extents, op.getIndex(), b.getI64Type());
    op.replaceAllUsesWith(
        arith::IndexCastOp::create(b, op.getLoc(), b.getIndexType(), value).getResult());
    op.erase();
  }

  void lowerLaunch(kernel::LaunchOp op, const Frame &frame) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    auto three = LLVM::LLVMArrayType::get(pointer, 3);
    OpBuilder entry(&op->getParentOfType<func::FuncOp>().front().front());
    Value one = LLVM::ConstantOp::create(entry, loc, entry.getI64Type(), 1);
    Value captures = LLVM::AllocaOp::create(entry, loc, pointer, three, one);
    for (auto [number, value] :
         llvm::enumerate(ArrayRef<Value>{frame.buffers, frame.extents, frame.context})) {
      Value slot = LLVM::GEPOp::create(b, loc, pointer, pointer, captures,
                                       ArrayRef<LLVM::GEPArg>{(int32_t)number});
      LLVM::StoreOp::create(b, loc, value, slot);
    }
    auto bodyType = b.getFunctionType({pointer, b.getI64Type(), b.getI64Type()}, {});
    Value function = func::ConstantOp::create(b, loc, bodyType, op.getBodyAttr());
    Value address = UnrealizedConversionCastOp::create(b, loc, pointer, function).getResult(0);
    Value count = arith::IndexCastOp::create(b, loc, b.getI64Type(), op.getCount());
    func::CallOp::create(b, loc, kParallelFor, TypeRange(),
                         ValueRange{frame.context, address, captures, count});
    op.erase();
  }

  void lowerIndexError(kernel::IndexErrorOp op, const Frame &frame) {
    OpBuilder b(op);
    Value index = arith::IndexCastOp::create(b, op.getLoc(), b.getI64Type(), op.getValue());
    Value extent = arith::IndexCastOp::create(b, op.getLoc(), b.getI64Type(), op.getExtent());
    func::CallOp::create(b, op.getLoc(), kIndexError, TypeRange(),
                         ValueRange{frame.context, index, extent});
    op.erase();
  }

  void declare(StringRef name, ArrayRef<Type> inputs) {
    OpBuilder b = OpBuilder::atBlockBegin(getOperation().getBody());
    auto function =
        func::FuncOp::create(b, getOperation().getLoc(), name, b.getFunctionType(inputs, {}));
    function.setPrivate();
  }

  void runOnOperation() override {
    pointer = LLVM::LLVMPointerType::get(&getContext());
    LLVMTypeConverter converter(&getContext());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (function.isExternal())
        continue;
      Frame frame = enter(function);
      SmallVector<Operation *> ops;
      function.walk([&](Operation *op) {
        if (isa<kernel::KernelDialect>(op->getDialect()))
          ops.push_back(op);
      });
      for (Operation *op : ops) {
        if (auto operand = dyn_cast<kernel::OperandOp>(op))
          lowerOperand(operand, frame, converter);
        else if (auto extent = dyn_cast<kernel::ExtentOp>(op))
          lowerExtent(extent, frame);
        else if (auto launch = dyn_cast<kernel::LaunchOp>(op))
          lowerLaunch(launch, frame);
        else
          lowerIndexError(cast<kernel::IndexErrorOp>(op), frame);
      }
    }
    Type i64 = IntegerType::get(&getContext(), 64);
    declare(kParallelFor, {pointer, pointer, pointer, i64});
    declare(kIndexError, {pointer, i64, i64});
  }
};

} // namespace
} // namespace mdc::lower
