#include "compiler/lower/FlatMemory.h"
#include "compiler/lower/Passes.h"

#include "mdc/cuda.h"

#include <cstddef>

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_LAUNCHABI
#include "compiler/lower/Passes.h.inc"

namespace {

// PTX's state space of memory that all threads share; the words of a kernel point into it.
constexpr unsigned kGlobalSpace = 1;

constexpr int64_t kWordBytes = 8, kMapWords = MDC_CUDA_MAP_BYTES / kWordBytes;

struct LaunchAbiPass : impl::LaunchAbiBase<LaunchAbiPass> {
  using LaunchAbiBase::LaunchAbiBase;

  Value wordAddress(OpBuilder &b, Location loc, Value words, int64_t number) {
    return LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), words,
                               ArrayRef<LLVM::GEPArg>{(int32_t)number});
  }

  Value load(OpBuilder &b, Location loc, Value words, int64_t number, Type type) {
    return LLVM::LoadOp::create(b, loc, type, wordAddress(b, loc, words, number));
  }

  // An address on the device, as a pointer that code for any state space takes.
  Value addressAt(OpBuilder &b, Location loc, Value words, int64_t number) {
    Value global =
        load(b, loc, words, number, LLVM::LLVMPointerType::get(&getContext(), kGlobalSpace));
    return LLVM::AddrSpaceCastOp::create(b, loc, pointer, global);
  }

  // Of the tensor maps, which are behind the others.
  int64_t firstMapWord() const {
    return llvm::alignTo(operands + extents + 1, MDC_CUDA_MAP_ALIGNMENT / kWordBytes);
  }

  // Functions that are no entry, which a main loop calls, get the words' address in front of what
  // they take.
  Value enter(func::FuncOp function) {
    OpBuilder b(&getContext());
    SmallVector<Type> types = {pointer};
    llvm::append_range(types, function.getArgumentTypes());
    function.setFunctionType(b.getFunctionType(types, function.getResultTypes()));
    function.front().insertArgument(0u, pointer, function.getLoc());
    if (types.size() > 1)
      return function.front().getArgument(0);
    int64_t maps = 0;
    function.walk(
        [&](kernel::MainLoopOp op) { maps = std::max<int64_t>(maps, op.getMapped().size()); });
    int64_t count = maps ? firstMapWord() + maps * kMapWords : operands + extents + 1;
    int64_t alignment = maps ? MDC_CUDA_MAP_ALIGNMENT : kWordBytes;
    auto words = LLVM::LLVMArrayType::get(b.getI64Type(), count);
    function.setArgAttr(0, LLVM::LLVMDialect::getByValAttrName(), TypeAttr::get(words));
    function.setArgAttr(0, LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(alignment));
    return function.front().getArgument(0);
  }

  void lower(kernel::OperandOp op, Value words, const LLVMTypeConverter &converter) {
    OpBuilder b(op);
    Value base = addressAt(b, op.getLoc(), words, op.getIndex());
    op.replaceAllUsesWith(
        flatMemory(b, op.getLoc(), base, cast<MemRefType>(op.getType()), converter));
    op.erase();
  }

  void lower(kernel::ExtentOp op, Value words) {
    OpBuilder b(op);
    Value value = load(b, op.getLoc(), words, operands + op.getIndex(), b.getI64Type());
    op.replaceAllUsesWith(
        arith::IndexCastOp::create(b, op.getLoc(), b.getIndexType(), value).getResult());
    op.erase();
  }

  // The thread that raises the flag writes the rest.
  void lower(kernel::IndexErrorOp op, Value words) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    Value status = addressAt(b, loc, words, operands + extents);
    Value none = arith::ConstantIntOp::create(b, loc, b.getI32Type(), 0);
    Value raised = arith::ConstantIntOp::create(b, loc, b.getI32Type(), 1);
    Value before =
        LLVM::AtomicCmpXchgOp::create(b, loc, status, none, raised, LLVM::AtomicOrdering::monotonic,
                                      LLVM::AtomicOrdering::monotonic);
    Value first = LLVM::ExtractValueOp::create(b, loc, before, ArrayRef<int64_t>{1});
    auto guard = scf::IfOp::create(b, loc, first, /*withElseRegion=*/false);
    b.setInsertionPointToStart(guard.thenBlock());
    auto write = [&](Value value, size_t offset) {
      Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
      Value place = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), status,
                                        ArrayRef<LLVM::GEPArg>{(int32_t)offset});
      LLVM::StoreOp::create(b, loc, number, place);
    };
    write(op.getValue(), offsetof(MdcCudaStatus, index));
    write(op.getExtent(), offsetof(MdcCudaStatus, extent));
    op.erase();
  }

  // The loop finds its MdcMatmul, MdcConv or MdcAttention in local memory, where the optimizer
  // takes it apart.
  void lower(kernel::MainLoopOp op, Value words) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    SmallVector<Value> fields;
    for (int64_t operand : op.getAddresses())
      fields.push_back(operand >= 0 ? addressAt(b, loc, words, operand)
                                    : Value(LLVM::ZeroOp::create(b, loc, pointer)));
    for (auto [number, place] : llvm::enumerate(op.getMapped()))
      fields[place] = wordAddress(b, loc, words, firstMapWord() + number * kMapWords);
    for (Value number : op.getNumbers())
      fields.push_back(arith::IndexCastOp::create(b, loc, b.getI64Type(), number));
    Value one = arith::ConstantIntOp::create(b, loc, b.getI64Type(), 1);
    auto type = LLVM::LLVMArrayType::get(b.getI64Type(), fields.size());
    Value shape = LLVM::AllocaOp::create(b, loc, pointer, type, one, /*alignment=*/8);
    for (auto [number, field] : llvm::enumerate(fields)) {
      Value place = LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), shape,
                                        ArrayRef<LLVM::GEPArg>{(int32_t)number});
      LLVM::StoreOp::create(b, loc, field, place);
    }
    auto loop =
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()), {pointer, pointer});
    if (!getOperation().lookupSymbol(op.getLoop())) {
      OpBuilder top = OpBuilder::atBlockEnd(getOperation().getBody());
      LLVM::LLVMFuncOp::create(top, loc, op.getLoop(), loop);
    }
    LLVM::CallOp::create(b, loc, loop, op.getLoop(), ValueRange{shape, words});
    op.erase();
  }

  // The words in front of the status hold these and no more.
  LogicalResult hasWord(Operation *op) {
    auto operand = dyn_cast<kernel::OperandOp>(op);
    if (operand && operand.getIndex() >= (uint64_t)operands)
      return op->emitError() << "operand " << operand.getIndex() << " of a region with "
                             << operands.getValue();
    auto loop = dyn_cast<kernel::MainLoopOp>(op);
    if (loop && *llvm::max_element(loop.getAddresses()) >= operands)
      return op->emitError() << "a main loop takes operands that a region with "
                             << operands.getValue() << " lacks";
    auto extent = dyn_cast<kernel::ExtentOp>(op);
    if (extent && extent.getIndex() >= (uint64_t)extents)
      return op->emitError() << "extent " << extent.getIndex() << " of a region with "
                             << extents.getValue();
    return success();
  }

  void runOnOperation() override {
    pointer = LLVM::LLVMPointerType::get(&getContext());
    LLVMTypeConverter converter(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      Value words = enter(function);
      SmallVector<Operation *> ops;
      function.walk([&](Operation *op) {
        if (isa<kernel::KernelDialect>(op->getDialect()))
          ops.push_back(op);
      });
      for (Operation *op : ops) {
        if (failed(hasWord(op)))
          return signalPassFailure();
        if (auto operand = dyn_cast<kernel::OperandOp>(op))
          lower(operand, words, converter);
        else if (auto extent = dyn_cast<kernel::ExtentOp>(op))
          lower(extent, words);
        else if (auto error = dyn_cast<kernel::IndexErrorOp>(op))
          lower(error, words);
        else if (auto loop = dyn_cast<kernel::MainLoopOp>(op))
          lower(loop, words);
      }
    }
  }

  LLVM::LLVMPointerType pointer;
};

} // namespace
} // namespace mdc::lower
