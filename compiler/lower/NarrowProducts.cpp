#include "compiler/lower/Passes.h"

#include "compiler/lower/WeightBytes.h"
#include "compiler/lower/gpu/MainLoops.h"
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
uint16_t rounded(float value, const llvm::fltSemantics &semantics) {
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
      values[at] = rounded(value, semantics);
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

  static bool areF32(ValueRange values) {
    return llvm::all_of(values, [](Value value) {
      return cast<RankedTensorType>(value.getType()).getElementType().isF32();
    });
  }

  // Output channels enough for a main loop.
  static bool hasRows(graph::ConvOp op) {
    return op.getWeight().getType().getDimSize(0) / int64_t(op.getGroups()) >= kFewProductRows;
  }

  // The same result in f32; null for products that stay.
  Value narrowed(OpBuilder &builder, graph::MatmulOp op, Type element) {
    if (!areF32({op.getLhs(), op.getRhs()}))
      return {};
    Value product = graph::MatmulOp::create(
        builder, op.getLoc(), narrow(builder, op.getLhs(), element),
        narrow(builder, op.getRhs(), element), op.getTransposeLhs(), op.getTransposeRhs());
    return graph::CastOp::create(builder, op.getLoc(), op.getType(), product);
  }

  // The bias is added to sums of f32.
  Value narrowed(OpBuilder &builder, graph::ConvOp op, Type element) {
    if (!areF32({op.getInput(), op.getWeight()}) || !hasRows(op))
      return {};
    Location loc = op.getLoc();
    auto type = graph::withElement(op.getType(), element);
    Value product =
        graph::ConvOp::create(builder, loc, type, narrow(builder, op.getInput(), element),
                              narrow(builder, op.getWeight(), element), Value(), op.getStrides(),
                              op.getPads(), op.getDilations(), op.getGroups(), op.getPadValue());
    Value wide = graph::CastOp::create(builder, loc, op.getType(), product);
    if (!op.getBias())
      return wide;
    SmallVector<int64_t> extents(op.getType().getRank() - 1, 1);
    extents.front() = op.getWeight().getType().getDimSize(0);
    Value bias = graph::ReshapeOp::create(
        builder, loc, RankedTensorType::get(extents, builder.getF32Type()), op.getBias());
    return graph::BinaryOp::create(builder, loc, graph::BinaryKind::Add, wide, bias);
  }

  // What a main loop rounds itself as it loads it.
  bool mark(Operation &op) {
    auto conv = dyn_cast<graph::ConvOp>(op);
    bool product = isa<graph::MatmulOp>(op) || (conv && hasRows(conv));
    if (!product || !areF32(op.getOperands().take_front(2)))
      return false;
    op.setAttr(kTf32Attr, UnitAttr::get(&getContext()));
    return true;
  }

  bool replace(Operation &op, Type element) {
    OpBuilder builder(&op);
    Value result;
    if (auto product = dyn_cast<graph::MatmulOp>(op))
      result = narrowed(builder, product, element);
    else if (auto conv = dyn_cast<graph::ConvOp>(op))
      result = narrowed(builder, conv, element);
    if (!result)
      return false;
    op.getResult(0).replaceAllUsesWith(result);
    op.erase();
    return true;
  }

  void runOnOperation() override {
    Type element = type == "bf16"  ? Type(BFloat16Type::get(&getContext()))
                   : type == "f16" ? Type(Float16Type::get(&getContext()))
                                   : Type();
    if (!element && type != "tf32") {
      getOperation().emitError("products are not computed in '")
          << type << "', expected bf16, f16 or tf32";
      return signalPassFailure();
    }
    narrowOf.clear(); // of the function before, whose memory others may have now
    for (Operation &op : llvm::make_early_inc_range(getOperation().front()))
      if (element ? replace(op, element) : mark(op))
        ++narrowedProducts;
  }

  llvm::DenseMap<Value, Value> narrowOf;
};

} // namespace
} // namespace mdc::lower
