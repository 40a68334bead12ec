#include "dialects/kernel/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include "dialects/kernel/KernelDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.cpp.inc"

using namespace mlir;

namespace mdc::kernel {

void KernelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/KernelOps.cpp.inc"
      >();
}

LogicalResult OperandOp::verify() {
  if ((int64_t)getIndex() < 0)
    return emitOpError("C1: negative index");
  auto type = dyn_cast<MemRefType>(getType());
  if (!type || type.getRank() != 1 || !type.isDynamicDim(0) || !type.getLayout().isIdentity())
    return emitOpError("C2: the memref has one axis of open extent, got ") << getType();
  return success();
}

LogicalResult ExtentOp::verify() {
  return (int64_t)getIndex() < 0 ? emitOpError("C1: negative index") : success();
}

LogicalResult MainLoopOp::verify() {
  constexpr size_t addresses = 3, ofMatmul = 16, ofConv = 20, ofAttention = 21;
  if (getAddresses().size() != addresses)
    return emitOpError("C1: ") << getAddresses().size() << " operands, expected " << addresses;
  if (llvm::any_of(getAddresses(), [](int64_t operand) { return operand < -1; }))
    return emitOpError("C1: negative operand");
  for (int64_t place : getMapped())
    if (place < 0 || place >= int64_t(addresses) || getAddresses()[place] < 0)
      return emitOpError("C3: a tensor map of no operand");
  size_t count = getNumbers().size();
  if (count != ofMatmul && count != ofConv && count != ofAttention)
    return emitOpError("C2: ") << count << " numbers, expected " << ofMatmul << ", " << ofConv
                               << " or " << ofAttention;
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto body = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(*this, getBodyAttr());
  Type index = IndexType::get(getContext());
  if (!body || body.getNumArguments() != 2 || body.getArgumentTypes()[0] != index ||
      body.getArgumentTypes()[1] != index)
    return emitOpError("C1: '") << getBody() << "' is no function with two index arguments";
  return success();
}

} // namespace mdc::kernel
