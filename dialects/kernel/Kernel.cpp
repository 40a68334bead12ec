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
  if ((int64_t)getLeft() < 0 || (int64_t)getRight() < 0 || (int64_t)getPartials().value_or(0) < 0)
    return emitOpError("C1: negative operand");
  constexpr size_t fields = 16; // of MdcMatmul, behind its addresses
  if (getNumbers().size() != fields)
    return emitOpError("C2: ") << getNumbers().size() << " numbers, expected " << fields;
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
