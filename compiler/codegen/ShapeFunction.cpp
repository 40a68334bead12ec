#include "compiler/codegen/ShapeFunction.h"

#include "llvm/IR/IRBuilder.h"

using namespace mlir;

namespace mdc::codegen {

namespace {

class ShapeWriter {
public:
  explicit ShapeWriter(llvm::Function *function)
      : builder(llvm::BasicBlock::Create(function->getContext(), "entry", function)),
        dims(function->getArg(0)), values(function->getArg(1)) {}

  void store(size_t index, AffineExpr expr) {
    llvm::Value *value = valueOf(expr);
    builder.CreateStore(value, builder.CreateConstGEP1_64(builder.getInt64Ty(), values, index));
  }
  void finish() { builder.CreateRetVoid(); }

private:
  llvm::Value *valueOf(AffineExpr expr) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return builder.getInt64(constant.getValue());
    if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
      return builder.CreateLoad(
          builder.getInt64Ty(),
          builder.CreateConstGEP1_64(builder.getInt64Ty(), dims, symbol.getPosition()));
    auto binary = cast<AffineBinaryOpExpr>(expr);
    llvm::Value *lhs = valueOf(binary.getLHS()), *rhs = valueOf(binary.getRHS());
    switch (expr.getKind()) {
    case AffineExprKind::Add:
      return builder.CreateAdd(lhs, rhs);
    case AffineExprKind::Mul:
      return builder.CreateMul(lhs, rhs);
    case AffineExprKind::FloorDiv:
      return floorDiv(lhs, rhs);
    case AffineExprKind::CeilDiv:
      return builder.CreateNeg(floorDiv(builder.CreateNeg(lhs), rhs));
    default:
      return builder.CreateSub(lhs, builder.CreateMul(floorDiv(lhs, rhs), rhs));
    }
  }

  /// Rounds to negative infinity; the divisor of an extent is positive.
  llvm::Value *floorDiv(llvm::Value *lhs, llvm::Value *rhs) {
    llvm::Value *quotient = builder.CreateSDiv(lhs, rhs);
    llvm::Value *rest = builder.CreateSub(lhs, builder.CreateMul(quotient, rhs));
    llvm::Value *below = builder.CreateICmpSLT(rest, builder.getInt64(0));
    return builder.CreateSub(quotient, builder.CreateZExt(below, builder.getInt64Ty()));
  }

  llvm::IRBuilder<> builder;
  llvm::Value *dims, *values;
};

} // namespace

llvm::Function *addShapeFunction(llvm::Module &module, llvm::StringRef name,
                                 llvm::ArrayRef<AffineExpr> values) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Type *pointer = llvm::PointerType::getUnqual(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer, pointer}, false);
  auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
  ShapeWriter writer(function);
  for (auto [index, expr] : llvm::enumerate(values))
    writer.store(index, expr);
  writer.finish();
  return function;
}

} // namespace mdc::codegen
