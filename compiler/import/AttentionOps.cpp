// Attention with all that ONNX 23 and 24 hang onto it, and rotary positions, in matmuls and a
// softmax.
#include "compiler/import/MlirTypes.h"
#include "compiler/import/OpTable.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace mdc::importer {
namespace {

constexpr double kMasked = -std::numeric_limits<double>::infinity();

// [batch, sequence, heads * size] as [batch, heads, sequence, size].
Value withHeads(NodeContext &n, Value x, StringRef attribute) {
  if (!x || rankOf(x) == 4)
    return x;
  int64_t heads = n.integer(attribute, 0);
  Extents e = extentsOf(x);
  AffineExpr size =
      e.size() == 3 && heads > 0 ? dividedExactly(e[2], n.fixed(heads)) : AffineExpr();
  if (!size) {
    n.fail("a tensor of shape " + graph::shapeText(typeOf(x)) + " does not divide into " +
           Twine(heads) + " heads");
    return {};
  }
  return n.transpose(n.reshape(x, {e[0], e[1], n.fixed(heads), size}), {0, 2, 1, 3});
}

// Each key or value head serves a group of query heads.
Value repeatedHeads(NodeContext &n, Value x, AffineExpr queryHeads) {
  if (!x)
    return {};
  Extents e = extentsOf(x);
  if (e[1] == queryHeads)
    return x;
  AffineExpr group = dividedExactly(queryHeads, e[1]);
  if (!group) {
    n.fail("the query's heads are no multiple of the key's");
    return {};
  }
  Value wide = n.broadcast(n.withAxes(x, {2}), {e[0], e[1], group, e[2], e[3]});
  return n.reshape(wide, {e[0], queryHeads, e[2], e[3]});
}

Value masked(NodeContext &n, Value scores, Value keep) {
  return n.select(keep, scores, n.scalarLike(kMasked, scores));
}

// The attn_mask operand, whose last axis may be shorter than the keys'.
Value withMask(NodeContext &n, Value scores, Value mask) {
  if (!scores || !mask)
    return {};
  bool isBool = elementOf(mask).isInteger(1);
  int64_t axis = rankOf(mask) - 1;
  if (axis < 0)
    return n.fail("the mask is a scalar"), Value();
  AffineExpr missing = extentsOf(scores)[3] - extentsOf(mask)[axis];
  if (graph::constantOf(missing).value_or(1) != 0 &&
      graph::constantOf(extentsOf(mask)[axis]) != 1) {
    Extents rest = extentsOf(mask);
    rest[axis] = missing;
    mask = n.concat({mask, n.filled(isBool ? 0 : kMasked, rest, elementOf(mask))}, axis);
  }
  return isBool ? masked(n, scores, mask) : n.add(scores, mask);
}

// A query sees the keys up to its own place, which counts from the end of the past. Without a past
// the keys may hold one already: then the queries are the last ones that are no padding.
Value withCausality(NodeContext &n, Value scores) {
  if (!scores)
    return {};
  Extents e = extentsOf(scores), batch = {e[0], n.fixed(1), n.fixed(1), n.fixed(1)};
  Value row = n.iota({e[2], n.fixed(1)}, 0, n.i64()),
        column = n.iota({n.fixed(1), e[3]}, 1, n.i64());
  if (n.has(4))
    row = n.add(row, n.extent(extentsOf(n.input(4))[2]));
  else if (n.has(6))
    row = n.add(n.sub(n.reshape(n.input(6), batch), n.extent(e[2])), row);
  return masked(n, scores, n.compare(CompareKind::LessOrEqual, column, row));
}

// Keys from nonpad_kv_seqlen[batch] on are padding.
Value withoutPadding(NodeContext &n, Value scores, Value lengths) {
  if (!scores || !lengths)
    return {};
  Extents e = extentsOf(scores), batch = {e[0], n.fixed(1), n.fixed(1), n.fixed(1)};
  Value column = n.iota({e[3]}, 0, n.i64());
  return masked(n, scores, n.compare(CompareKind::Less, column, n.reshape(lengths, batch)));
}

struct Heads {
  Value query, key, value;        // of this call
  Value presentKey, presentValue; // with the past in front
};

std::optional<Heads> headsOf(NodeContext &n) {
  Heads heads;
  heads.query = withHeads(n, n.input(0), "q_num_heads");
  heads.key = withHeads(n, n.input(1), "kv_num_heads");
  heads.value = withHeads(n, n.input(2), "kv_num_heads");
  if (!heads.query || !heads.key || !heads.value)
    return std::nullopt;
  heads.presentKey = n.has(4) ? n.concat({n.input(4), heads.key}, 2) : heads.key;
  heads.presentValue = n.has(5) ? n.concat({n.input(5), heads.value}, 2) : heads.value;
  if (!heads.presentKey || !heads.presentValue)
    return std::nullopt;
  AffineExpr queryHeads = extentsOf(heads.query)[1];
  heads.key = repeatedHeads(n, heads.presentKey, queryHeads);
  heads.value = repeatedHeads(n, heads.presentValue, queryHeads);
  return heads.key && heads.value ? std::optional(heads) : std::nullopt;
}

// A query that may see no key gets weights of 0 instead of 0 / 0.
Value softmaxOf(NodeContext &n, Value scores, bool mayMaskAll) {
  Value weights = n.infer<graph::SoftmaxOp>(scores, int64_t(3), false);
  if (!mayMaskAll)
    return weights;
  Value largest = n.reduce(ReduceKind::Max, scores, {3});
  return n.select(n.compare(CompareKind::Equal, largest, kMasked), n.scalarLike(0, weights),
                  weights);
}

// The scores, then with the cap, with the masks, after the softmax: output 3 is one of them.
SmallVector<Value, 4> scoresOf(NodeContext &n, const Heads &heads) {
  auto size = graph::constantOf(extentsOf(heads.query)[3]);
  double scale = n.number("scale", size ? 1 / std::sqrt(double(*size)) : 1);
  Value scores = n.mul(n.matmul(heads.query, heads.key, false, true), scale);
  SmallVector<Value, 4> stages = {scores};
  if (double cap = n.number("softcap", 0); cap > 0)
    scores = n.mul(n.unary(UnaryKind::Tanh, n.div(scores, cap)), cap);
  stages.push_back(scores);
  if (n.has(3))
    scores = withMask(n, scores, n.input(3));
  if (n.integer("is_causal", 0) != 0)
    scores = withCausality(n, scores);
  if (n.has(6))
    scores = withoutPadding(n, scores, n.input(6));
  stages.push_back(scores);
  auto precision = static_cast<ElementType>(n.integer("softmax_precision", 0));
  Type wide = mlirType(precision, n.builder.getContext());
  Value weights = softmaxOf(n, wide ? n.cast(scores, wide) : scores, n.has(3) || n.has(6));
  stages.push_back(scores ? n.cast(weights, elementOf(scores)) : Value());
  return stages;
}

Values attention(NodeContext &n) {
  auto heads = headsOf(n);
  if (!heads)
    return {};
  SmallVector<Value, 4> stages = scoresOf(n, *heads);
  Value y = n.matmul(stages[3], heads->value);
  if (y && rankOf(n.input(0)) == 3) {
    Extents e = extentsOf(y);
    y = n.reshape(n.transpose(y, {0, 2, 1, 3}), {e[0], e[2], e[1] * e[3]});
  }
  int64_t mode = n.integer("qk_matmul_output_mode", 0);
  if (mode < 0 || mode > 3)
    return n.fail("qk_matmul_output_mode is " + Twine(mode) + ", expected 0 to 3");
  return {y, heads->presentKey, heads->presentValue, stages[mode]};
}

// cos * x - sin * y and sin * x + cos * y over pairs of the rotated part.
Value rotated(NodeContext &n, Value part, Value cosine, Value sine, bool interleaved) {
  Extents e = extentsOf(part);
  AffineExpr half = dividedExactly(e[3], n.fixed(2));
  if (!half) {
    n.fail("the rotated size is odd, expected pairs");
    return {};
  }
  AffineExpr two = n.fixed(2);
  int64_t axis = interleaved ? 4 : 3;
  Extents split = {e[0], e[1], e[2], interleaved ? half : two, interleaved ? two : half};
  Extents whole = {e[0], e[1], e[2], half};
  Value pairs = n.reshape(part, split);
  Value x = n.reshape(n.sliceAxis(pairs, axis, n.fixed(0), n.fixed(1)), whole);
  Value y = n.reshape(n.sliceAxis(pairs, axis, n.fixed(1), n.fixed(1)), whole);
  Value real = n.sub(n.mul(cosine, x), n.mul(sine, y));
  Value imaginary = n.add(n.mul(sine, x), n.mul(cosine, y));
  return n.reshape(n.concat({n.withAxes(real, {axis}), n.withAxes(imaginary, {axis})}, axis), e);
}

Values rotaryEmbedding(NodeContext &n) {
  Value x = n.input(0), cosine = n.input(1), sine = n.input(2);
  if (!x || !cosine || !sine)
    return {};
  Extents original = extentsOf(x);
  int64_t heads = n.integer("num_heads", 0);
  if (rankOf(x) == 4) { // work on [batch, sequence, heads, size]
    x = n.transpose(x, {0, 2, 1, 3});
  } else {
    AffineExpr size = original.size() == 3 && heads > 0
                          ? dividedExactly(original[2], n.fixed(heads))
                          : AffineExpr();
    if (!size)
      return n.fail("the input does not divide into num_heads = " + Twine(heads));
    x = n.reshape(x, {original[0], original[1], n.fixed(heads), size});
  }
  if (n.has(3)) {
    cosine = n.infer<graph::GatherOp>(cosine, n.input(3), int64_t(0));
    sine = n.infer<graph::GatherOp>(sine, n.input(3), int64_t(0));
  }
  if (!x || !cosine || !sine || rankOf(cosine) != 3 || rankOf(sine) != 3)
    return n.fail("the caches do not fit, expected [batch, sequence, size / 2]");
  cosine = n.withAxes(cosine, {2});
  sine = n.withAxes(sine, {2});
  Extents e = extentsOf(x);
  int64_t dim = n.integer("rotary_embedding_dim", 0);
  AffineExpr turned = dim ? n.fixed(dim) : e[3];
  Value part = n.sliceAxis(x, 3, n.fixed(0), turned);
  if (!part)
    return {};
  Value y = rotated(n, part, cosine, sine, n.integer("interleaved", 0) != 0);
  if (turned != e[3])
    y = n.concat({y, n.sliceAxis(x, 3, turned, e[3] - turned)}, 3);
  return {original.size() == 4 ? n.transpose(y, {0, 2, 1, 3}) : n.reshape(y, original)};
}

} // namespace

llvm::ArrayRef<OpRow> attentionOps() {
  static constexpr OpRow rows[] = {
      {"Attention", 23, kLastOpset, attention},
      {"RotaryEmbedding", 23, kLastOpset, rotaryEmbedding},
  };
  return rows;
}

} // namespace mdc::importer
