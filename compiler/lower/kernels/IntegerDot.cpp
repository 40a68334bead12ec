#include "compiler/lower/kernels/IntegerDot.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

static Value intrinsic(RegionEmitter &e, StringRef name, Type result, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(e.builder, e.loc(), result, e.builder.getStringAttr(name),
                                       operands)
      .getResults();
}

static Value slice(RegionEmitter &e, Value vector, int64_t first, int64_t count) {
  return vector::ExtractStridedSliceOp::create(e.builder, e.loc(), vector, ArrayRef<int64_t>{first},
                                               ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
}

// lane l: a[2 * l] * b[2 * l] + a[2 * l + 1] * b[2 * l + 1], of i16 in i32.
static Value pairProducts(RegionEmitter &e, Value a, Value b) {
  Type i32 = e.builder.getI32Type();
  auto whole = VectorType::get({kLanes}, i32);
  if (e.machine.registerLanes >= kLanes)
    return intrinsic(e, "llvm.x86.avx512.pmaddw.d.512", whole, {a, b});
  constexpr int64_t half = kLanes / 2;
  auto part = VectorType::get({half}, i32);
  Value low = intrinsic(e, "llvm.x86.avx2.pmadd.wd", part,
                        {slice(e, a, 0, kLanes), slice(e, b, 0, kLanes)});
  Value high = intrinsic(e, "llvm.x86.avx2.pmadd.wd", part,
                         {slice(e, a, kLanes, kLanes), slice(e, b, kLanes, kLanes)});
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, kLanes));
  return vector::ShuffleOp::create(e.builder, e.loc(), low, high, order);
}

Value dotLanes(RegionEmitter &e, Value sums, Value bytes, Value weights) {
  OpBuilder &b = e.builder;
  Location loc = e.loc();
  if (e.machine.byteDots)
    return intrinsic(e, "llvm.x86.avx512.vpdpbusd.512", sums.getType(), {sums, bytes, weights});
  // Even and odd bytes as 16-bit numbers: those of `bytes` are not negative, those of `weights`
  // keep their sign.
  auto pairs = VectorType::get({2 * kLanes}, b.getI16Type());
  Value eight = e.constant(b.getI16Type(), 8, 2 * kLanes);
  Value low = e.constant(b.getI16Type(), 255, 2 * kLanes);
  Value u = vector::BitCastOp::create(b, loc, pairs, bytes);
  Value s = vector::BitCastOp::create(b, loc, pairs, weights);
  Value evenU = arith::AndIOp::create(b, loc, u, low);
  Value oddU = arith::ShRUIOp::create(b, loc, u, eight);
  Value lifted = arith::ShLIOp::create(b, loc, s, eight);
  Value evenS = arith::ShRSIOp::create(b, loc, lifted, eight);
  Value oddS = arith::ShRSIOp::create(b, loc, s, eight);
  sums = arith::AddIOp::create(b, loc, sums, pairProducts(e, evenU, evenS));
  return arith::AddIOp::create(b, loc, sums, pairProducts(e, oddU, oddS));
}

Value dotGroups(RegionEmitter &e, Value sums, Value group, Value weights) {
  Value repeated = e.splat(group, kLanes);
  Value bytes = vector::BitCastOp::create(e.builder, e.loc(), weights.getType(), repeated);
  return dotLanes(e, sums, bytes, weights);
}

// lane l: u8(a[2 * l]) * b[2 * l] + u8(a[2 * l + 1]) * b[2 * l + 1], which 16 bits have to hold.
static Value shortProducts(RegionEmitter &e, Value a, Value b) {
  auto sums = VectorType::get({2 * kLanes}, e.builder.getI16Type());
  if (e.machine.registerLanes >= kLanes)
    return intrinsic(e, "llvm.x86.avx512.pmaddubs.w.512", sums, {a, b});
  constexpr int64_t half = 2 * kLanes;
  auto part = VectorType::get({half / 2}, e.builder.getI16Type());
  Value low =
      intrinsic(e, "llvm.x86.avx2.pmadd.ub.sw", part, {slice(e, a, 0, half), slice(e, b, 0, half)});
  Value high = intrinsic(e, "llvm.x86.avx2.pmadd.ub.sw", part,
                         {slice(e, a, half, half), slice(e, b, half, half)});
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, half));
  return vector::ShuffleOp::create(e.builder, e.loc(), low, high, order);
}

Value dotShort(RegionEmitter &e, Value sums, ValueRange groups, ValueRange weights) {
  Value added;
  for (auto [group, lanes] : llvm::zip(groups, weights)) {
    Value repeated = e.splat(group, kLanes);
    Value bytes = vector::BitCastOp::create(e.builder, e.loc(), lanes.getType(), repeated);
    Value products = shortProducts(e, bytes, lanes);
    added = added ? arith::AddIOp::create(e.builder, e.loc(), added, products) : products;
  }
  return dotPairLanes(e, sums, added, e.constant(e.builder.getI16Type(), 1, 2 * kLanes));
}

int64_t groupsOfShortSums(const Machine &machine, int64_t shortSums) {
  return machine.byteDots ? 0 : shortSums / 2;
}

Value dotPairLanes(RegionEmitter &e, Value sums, Value pairs, Value weights) {
  return arith::AddIOp::create(e.builder, e.loc(), sums, pairProducts(e, pairs, weights));
}

Value dotPairs(RegionEmitter &e, Value sums, Value pair, Value weights) {
  Value repeated = e.splat(pair, kLanes);
  Value pairs = vector::BitCastOp::create(e.builder, e.loc(), weights.getType(), repeated);
  return dotPairLanes(e, sums, pairs, weights);
}

static Value loadBytes(RegionEmitter &e, Value flat, Value at, int64_t count) {
  auto type = VectorType::get({count}, e.builder.getI8Type());
  return vector::LoadOp::create(e.builder, e.loc(), type, flat, ValueRange{at});
}

Value loadGroup(RegionEmitter &e, Value flat, Value at) {
  Value bytes = loadBytes(e, flat, at, kGroupBytes);
  auto whole = VectorType::get({1}, e.builder.getI32Type());
  Value group = vector::BitCastOp::create(e.builder, e.loc(), whole, bytes);
  return vector::ExtractOp::create(e.builder, e.loc(), group, ArrayRef<int64_t>{0});
}

Value loadGroupLanes(RegionEmitter &e, Value flat, Value at) {
  return loadBytes(e, flat, at, kGroupBytes * kLanes);
}

} // namespace mdc::lower
