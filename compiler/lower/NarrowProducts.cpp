#include "compiler/lower/Passes.h"

#include "compiler/lower/WeightBytes.h"
#include "dialects/graph/Shape.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/APFloat.h"
#include <cstring>

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_NARROWPRODUCTS
#include "compiler/lower/Passes.h.inc"

namespace {

// Nearest, ties to even; beyond the largest number infinite.
uint16_t narrowed(float value, const llvm::fltSemantics &semantics) {
  llvm::APFloat number(value);
  bool inexact;
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &inexact);
  return number.bitcastToAPInt().getZExtValue();
}

struct NarrowProductsPass : impl::NarrowProductsBase<NarrowProductsPass> {
  using NarrowProductsBase::NarrowProductsBase;

  Value narrowWeight(OpBuilder &builder, graph::ConstantOp constant, ArrayRef<char> bytes,
                     RankedTensorType type) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(type.getElementType()).getFloatSemantics();
    std::vector<uint16_t> values(bytes.size() / sizeof(float));
    for (size_t at = 0; at < values.size(); ++at) {
      float value;
      std::memcpy(&value, bytes.data() + at * sizeof(float), sizeof(float));
      values[at] = narrowed(value, semantics);
    }
    ArrayRef<char> narrow(reinterpret_cast<const char *>(values.data()), values.size() * 2);
    return makeWeight(builder, constant.getLoc(), type, narrow);
  }

  // One narrow form of a value serves all products that read it.
  Value narrow(OpBuilder &builder, Value value, Type element) {
    Value &known = narrowOf[value];
    if (known)
      return known;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfterValue(value);
    auto type = graph::withElement(cast<RankedTensorType>(value.getType()), element);
    auto constant = value.getDefiningOp<graph::ConstantOp>();
    auto bytes = constant ? bytesOf(constant) : std::nullopt;
    known = bytes ? narrowWeight(builder, constant, *bytes, type)
                  : Value(graph::CastOp::create(builder, value.getLoc(), type, value));
    return known;
  }

  void runOnOperation() override {
    Type element = type == "bf16"  ? Type(BFloat16Type::get(&getContext()))
                   : type == "f16" ? Type(Float16Type::get(&getContext()))
                                   : Type();
    if (!element) {
      getOperation().emitError("products are not computed in '")
          << type << "', expected bf16 or f16";
      return signalPassFailure();
    }
    OpBuilder builder(&getContext());
    for (auto product : llvm::to_vector(getOperation().getOps<graph::MatmulOp>())) {
      Type from = product.getLhs().getType().getElementType();
      if (!from.isF32() || !product.getRhs().getType().getElementType().isF32())
        continue;
      builder.setInsertionPoint(product);
      Value lhs = narrow(builder, product.getLhs(), element);
      Value rhs = narrow(builder, product.getRhs(), element);
      auto narrowProduct =
          graph::MatmulOp::create(builder, product.getLoc(), lhs, rhs, product.getTransposeLhs(),
                                  product.getTransposeRhs());
      Value wide = graph::CastOp::create(builder, product.getLoc(), product.getType(),
                                         narrowProduct.getResult());
      product.getResult().replaceAllUsesWith(wide);
      product.erase();
      ++narrowedProducts;
    }
  }

  llvm::DenseMap<Value, Value> narrowOf;
};

} // namespace
} // namespace mdc::lower
