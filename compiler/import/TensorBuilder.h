// Graph ops with one call each. A null value stands for a failure that has been noted: every call
// that gets one returns one, so that an operator's decomposition needs no checks in between.
#pragma once

#include "compiler/import/ExtentAlgebra.h"
#include "dialects/graph/Graph.h"
#include "dialects/graph/Integers.h"
#include "dialects/graph/Shape.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace mdc::importer {

using Values = llvm::SmallVector<mlir::Value, 2>;
using Integers = llvm::SmallVector<int64_t, 6>;
using graph::BinaryKind;
using graph::CompareKind;
using graph::Extents;
using graph::ReduceKind;
using graph::UnaryKind;
using mlir::AffineExpr;
using mlir::RankedTensorType;
using mlir::Type;
using mlir::Value;

inline RankedTensorType typeOf(Value value) {
  return mlir::cast<RankedTensorType>(value.getType());
}
inline Type elementOf(Value value) { return typeOf(value).getElementType(); }
inline int64_t rankOf(Value value) { return typeOf(value).getRank(); }
inline Extents extentsOf(Value value) { return graph::extentsOf(typeOf(value)); }
inline bool isFloat(Value value) { return mlir::isa<mlir::FloatType>(elementOf(value)); }

class TensorBuilder {
public:
  TensorBuilder(mlir::OpBuilder &builder, mlir::Location location, llvm::ArrayRef<Interval> symbols)
      : builder(builder), location(location), symbols(symbols) {}

  /// An operand that an op may lack.
  struct Optional {
    Value value;
    operator Value() const { return value; }
  };

  /// An op whose result type follows from its operands; verified, and folded where it can be.
  template <typename Op, typename... Args> Value infer(Args &&...args) {
    if ((isNull(args) || ...))
      return {};
    mlir::OperationState state(location, Op::getOperationName());
    Op::build(builder, state, builder.getNoneType(), args...);
    llvm::SmallVector<Type> types;
    if (failed(Op::inferReturnTypes(builder.getContext(), location, state.operands,
                                    state.attributes.getDictionary(builder.getContext()),
                                    state.getRawProperties(), {}, types)))
      return {};
    state.types.assign(types.begin(), types.end());
    return finish(state);
  }
  /// An op whose result type is given.
  template <typename Op, typename... Args> Value make(RankedTensorType type, Args &&...args) {
    if (!type || (isNull(args) || ...))
      return {};
    mlir::OperationState state(location, Op::getOperationName());
    Op::build(builder, state, type, args...);
    return finish(state);
  }

  // Constants.
  Value constant(mlir::ElementsAttr value);
  /// Rank 0; the number in the element type.
  Value scalar(double number, Type element);
  Value scalarLike(double number, Value like) {
    return like ? scalar(number, elementOf(like)) : Value();
  }
  /// A tensor filled with one number.
  Value filled(double number, llvm::ArrayRef<AffineExpr> extents, Type element);
  /// Integers that may depend on the open dimensions; null when the type cannot hold them.
  Value integers(llvm::ArrayRef<AffineExpr> values, RankedTensorType type);
  AffineExpr fixed(int64_t value) {
    return mlir::getAffineConstantExpr(value, builder.getContext());
  }
  Extents fixed(llvm::ArrayRef<int64_t> values);
  /// An extent as a number: i64, rank 0.
  Value extent(AffineExpr extent) { return integers({extent}, RankedTensorType::get({}, i64())); }
  /// Indices as i64, of which negative ones count from the end of an axis.
  Value fromStart(Value indices, AffineExpr extent);
  Type i64() { return builder.getI64Type(); }
  Type i1() { return builder.getI1Type(); }

  // Elementwise.
  Value unary(UnaryKind kind, Value x) { return infer<graph::UnaryOp>(kind, x); }
  Value binary(BinaryKind kind, Value a, Value b) { return infer<graph::BinaryOp>(kind, a, b); }
  Value binary(BinaryKind kind, Value a, double b) { return binary(kind, a, scalarLike(b, a)); }
  Value binary(BinaryKind kind, double a, Value b) { return binary(kind, scalarLike(a, b), b); }
  template <typename A, typename B> Value add(A a, B b) { return binary(BinaryKind::Add, a, b); }
  template <typename A, typename B> Value sub(A a, B b) { return binary(BinaryKind::Sub, a, b); }
  template <typename A, typename B> Value mul(A a, B b) { return binary(BinaryKind::Mul, a, b); }
  template <typename A, typename B> Value div(A a, B b) { return binary(BinaryKind::Div, a, b); }
  template <typename A, typename B> Value max(A a, B b) { return binary(BinaryKind::Max, a, b); }
  template <typename A, typename B> Value min(A a, B b) { return binary(BinaryKind::Min, a, b); }
  Value compare(CompareKind kind, Value a, Value b) { return infer<graph::CompareOp>(kind, a, b); }
  Value compare(CompareKind kind, Value a, double b) { return compare(kind, a, scalarLike(b, a)); }
  Value select(Value condition, Value a, Value b) {
    return infer<graph::SelectOp>(condition, a, b);
  }
  Value cast(Value x, Type element);

  // Shape.
  Value reshape(Value x, llvm::ArrayRef<AffineExpr> extents);
  /// Drops these axes, each of extent 1.
  Value withoutAxes(Value x, llvm::ArrayRef<int64_t> axes);
  /// New axes of extent 1 at these positions of the result, ascending.
  Value withAxes(Value x, llvm::ArrayRef<int64_t> axes);
  Value broadcast(Value x, llvm::ArrayRef<AffineExpr> extents);
  Value transpose(Value x, llvm::ArrayRef<int64_t> permutation);
  Value concat(llvm::ArrayRef<Value> inputs, int64_t axis);
  /// Elements starts[a] + i * steps[a] along each axis.
  Value slice(Value x, llvm::ArrayRef<AffineExpr> starts, llvm::ArrayRef<int64_t> steps,
              llvm::ArrayRef<AffineExpr> extents);
  /// `count` elements from `start` on along one axis.
  Value sliceAxis(Value x, int64_t axis, AffineExpr start, AffineExpr count);
  Value iota(llvm::ArrayRef<AffineExpr> extents, int64_t axis, Type element);
  /// [C] as [C, 1, 1, ...] with `trailing` ones, so that it broadcasts along a channel axis.
  Value channelwise(Value x, int64_t trailing);

  // Products and reductions.
  Value matmul(Value a, Value b, bool transposeA = false, bool transposeB = false) {
    return infer<graph::MatmulOp>(a, b, transposeA, transposeB);
  }
  /// The axes, ascending, stay with extent 1.
  Value reduce(ReduceKind kind, Value x, llvm::ArrayRef<int64_t> axes);

  /// The values that an extent can take.
  Interval bounds(AffineExpr expr) const { return boundsOf(expr, symbols); }
  Agreement agreement(AffineExpr a, AffineExpr b) const { return agreementOf(a, b, symbols); }

  mlir::OpBuilder &builder;
  mlir::Location location;

private:
  template <typename T> static bool isNull(const T &arg) {
    if constexpr (std::is_same_v<T, Value>)
      return !arg;
    else if constexpr (std::is_same_v<T, llvm::ArrayRef<Value>>)
      return llvm::any_of(arg, [](Value value) { return !value; });
    else
      return false;
  }
  Value finish(const mlir::OperationState &state);

  llvm::ArrayRef<Interval> symbols;
};

} // namespace mdc::importer
