// LSTM, GRU and RNN with their steps written out: the sequence's extent is fixed.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// Longer sequences would make graphs of many thousand nodes.
constexpr int64_t kMaxSteps = 256;

// One direction of the op: its weights without the direction axis, its state.
struct Direction {
  Value inputWeights, recurrentWeights; ///< [gates * hidden, input or hidden]
  Value inputBias, recurrentBias;       ///< [gates * hidden], null without bias
  Value hidden, cell;                   ///< [batch, hidden]
  Value peepholes;                      ///< [3 * hidden] or null
  llvm::SmallVector<StringRef, 3> functions;
  int64_t hiddenSize = 0;
};

Value activation(NodeContext &n, StringRef name, Value x) {
  if (name == "Sigmoid")
    return n.unary(UnaryKind::Sigmoid, x);
  if (name == "Tanh")
    return n.unary(UnaryKind::Tanh, x);
  if (name == "Relu")
    return n.unary(UnaryKind::Relu, x);
  n.fail("the activation '" + name + "' is not supported, expected Sigmoid, Tanh or Relu");
  return {};
}

// Columns [gate * hidden, (gate + 1) * hidden) of the last axis.
Value gate(NodeContext &n, Value x, int64_t index, int64_t hidden) {
  return x ? n.sliceAxis(x, rankOf(x) - 1, n.fixed(index * hidden), n.fixed(hidden)) : Value();
}

Value withBias(NodeContext &n, Value x, Value bias) { return bias ? n.add(x, bias) : x; }

Value clipped(NodeContext &n, Value x) {
  double limit = n.number("clip", 0);
  return limit > 0 ? n.max(n.min(x, limit), -limit) : x;
}

Value peephole(NodeContext &n, Value sum, const Direction &d, int64_t index, Value cell) {
  return d.peepholes ? n.add(sum, n.mul(gate(n, d.peepholes, index, d.hiddenSize), cell)) : sum;
}

// Gates in ONNX's order: input, output, forget, cell.
void lstmStep(NodeContext &n, Direction &d, Value projected) {
  Value sums = n.add(
      projected, withBias(n, n.matmul(d.hidden, d.recurrentWeights, false, true), d.recurrentBias));
  int64_t size = d.hiddenSize;
  auto part = [&](int64_t index) { return gate(n, sums, index, size); };
  Value input = activation(n, d.functions[0], clipped(n, peephole(n, part(0), d, 0, d.cell)));
  Value forget = activation(n, d.functions[0], clipped(n, peephole(n, part(2), d, 2, d.cell)));
  if (n.integer("input_forget", 0) != 0)
    forget = n.binary(BinaryKind::Sub, 1.0, input);
  Value candidate = activation(n, d.functions[1], clipped(n, part(3)));
  d.cell = n.add(n.mul(forget, d.cell), n.mul(input, candidate));
  Value output = activation(n, d.functions[0], clipped(n, peephole(n, part(1), d, 1, d.cell)));
  d.hidden = n.mul(output, activation(n, d.functions[2], d.cell));
}

// Gates: update, reset, hidden.
void gruStep(NodeContext &n, Direction &d, Value projected) {
  int64_t size = d.hiddenSize;
  Value recurrent = n.matmul(d.hidden, d.recurrentWeights, false, true);
  auto sum = [&](int64_t index) {
    Value part = n.add(gate(n, projected, index, size), gate(n, recurrent, index, size));
    return clipped(n, withBias(n, part, gate(n, d.recurrentBias, index, size)));
  };
  Value update = activation(n, d.functions[0], sum(0)),
        reset = activation(n, d.functions[0], sum(1));
  Value bias = gate(n, d.recurrentBias, 2, size), past;
  if (n.integer("linear_before_reset", 0) != 0) {
    past = n.mul(reset, withBias(n, gate(n, recurrent, 2, size), bias));
  } else {
    Value weights = n.sliceAxis(d.recurrentWeights, 0, n.fixed(2 * size), n.fixed(size));
    past = withBias(n, n.matmul(n.mul(reset, d.hidden), weights, false, true), bias);
  }
  Value candidate =
      activation(n, d.functions[1], clipped(n, n.add(gate(n, projected, 2, size), past)));
  Value fresh = n.mul(n.binary(BinaryKind::Sub, 1.0, update), candidate);
  d.hidden = n.add(fresh, n.mul(update, d.hidden));
}

void rnnStep(NodeContext &n, Direction &d, Value projected) {
  Value recurrent =
      withBias(n, n.matmul(d.hidden, d.recurrentWeights, false, true), d.recurrentBias);
  d.hidden = activation(n, d.functions[0], clipped(n, n.add(projected, recurrent)));
}

struct Family {
  int64_t gates;
  llvm::ArrayRef<llvm::StringLiteral> functions;
  void (*step)(NodeContext &, Direction &, Value);
  bool hasCell;
};

// Slice `index` of the leading direction axis, without it.
Value ofDirection(NodeContext &n, Value x, int64_t index) {
  return x ? n.withoutAxes(n.sliceAxis(x, 0, n.fixed(index), n.fixed(1)), {0}) : Value();
}

std::optional<Direction> directionOf(NodeContext &n, const Family &family, int64_t index,
                                     AffineExpr batch) {
  Direction d;
  d.inputWeights = ofDirection(n, n.input(1), index);
  d.recurrentWeights = ofDirection(n, n.input(2), index);
  if (!d.inputWeights || !d.recurrentWeights)
    return std::nullopt;
  d.hiddenSize = typeOf(d.recurrentWeights).getShape().back();
  int64_t rows = family.gates * d.hiddenSize;
  if (Value bias = ofDirection(n, n.optionalInput(3), index)) {
    d.inputBias = n.sliceAxis(bias, 0, n.fixed(0), n.fixed(rows));
    d.recurrentBias = n.sliceAxis(bias, 0, n.fixed(rows), n.fixed(rows));
  }
  Extents state = {batch, n.fixed(d.hiddenSize)};
  Value zeros = n.filled(0, state, elementOf(n.input(0)));
  bool batchFirst = n.integer("layout", 0) != 0;
  auto initial = [&](size_t operand) {
    Value given = n.optionalInput(operand);
    if (given && batchFirst)
      given = n.transpose(given, {1, 0, 2});
    return given ? ofDirection(n, given, index) : zeros;
  };
  d.hidden = initial(5);
  if (family.hasCell) {
    d.cell = initial(6);
    d.peepholes = ofDirection(n, n.optionalInput(7), index);
  }
  const Attribute *given = n.node.attribute("activations");
  size_t count = family.functions.size();
  for (size_t i = 0; i < count; ++i)
    d.functions.push_back(given && given->texts.size() >= (index + 1) * count
                              ? given->texts[index * count + i]
                              : StringRef(family.functions[i]));
  return d;
}

// All steps of one direction: [steps, batch, hidden].
Value runDirection(NodeContext &n, const Family &family, Direction &d, Value x, int64_t steps,
                   bool backwards) {
  Value projected = withBias(n, n.matmul(x, d.inputWeights, false, true), d.inputBias);
  Values states(steps);
  for (int64_t i = 0; i < steps; ++i) {
    int64_t at = backwards ? steps - 1 - i : i;
    family.step(n, d, ofDirection(n, projected, at));
    states[at] = d.hidden && rankOf(d.hidden) == 2 ? n.withAxes(d.hidden, {0}) : Value();
  }
  return n.concat(states, 0);
}

// sequence_lens may only say what the shape says.
bool lengthsAreFull(NodeContext &n, int64_t steps) {
  if (!n.has(4))
    return true;
  auto lengths = n.constantInput(4, "sequence_lens");
  if (lengths && llvm::all_of(*lengths, [&](int64_t length) { return length == steps; }))
    return true;
  n.fail("sequence_lens differ from the sequence's extent, which is not supported");
  return false;
}

Values recurrent(NodeContext &n, const Family &family) {
  Value x = n.input(0);
  StringRef direction = n.text("direction", "forward");
  bool batchFirst = n.integer("layout", 0) != 0;
  if (!x || rankOf(x) != 3)
    return n.fail("the input has another rank, expected [sequence, batch, input]");
  if (batchFirst)
    x = n.transpose(x, {1, 0, 2});
  auto steps = graph::constantOf(extentsOf(x)[0]);
  if (!steps || *steps > kMaxSteps || *steps < 1)
    return n.fail("the sequence has " + n.textOf(extentsOf(x)[0]) +
                      " steps, expected a fixed number from 1 to " + Twine(kMaxSteps),
                  "bind the dimension to one such number in [model.dims]");
  if (!lengthsAreFull(n, *steps))
    return {};
  int64_t directions = direction == "bidirectional" ? 2 : 1;
  Values sequences, hiddens, cells;
  for (int64_t index = 0; index < directions; ++index) {
    auto d = directionOf(n, family, index, extentsOf(x)[1]);
    if (!d)
      return {};
    Value states = runDirection(n, family, *d, x, *steps, index == 1 || direction == "reverse");
    if (!states || !d->hidden)
      return {};
    sequences.push_back(n.withAxes(states, {1}));
    hiddens.push_back(n.withAxes(d->hidden, {0}));
    cells.push_back(d->cell ? n.withAxes(d->cell, {0}) : Value());
  }
  Value y = n.concat(sequences, 1), hidden = n.concat(hiddens, 0);
  Value cell = family.hasCell ? n.concat(cells, 0) : Value();
  if (batchFirst) {
    y = n.transpose(y, {2, 0, 1, 3});
    hidden = n.transpose(hidden, {1, 0, 2});
    cell = cell ? n.transpose(cell, {1, 0, 2}) : cell;
  }
  return family.hasCell ? Values{y, hidden, cell} : Values{y, hidden};
}

constexpr llvm::StringLiteral kLstmFunctions[] = {"Sigmoid", "Tanh", "Tanh"};
constexpr llvm::StringLiteral kGruFunctions[] = {"Sigmoid", "Tanh"};
constexpr llvm::StringLiteral kRnnFunctions[] = {"Tanh"};

Values lstm(NodeContext &n) { return recurrent(n, {4, kLstmFunctions, lstmStep, true}); }
Values gru(NodeContext &n) { return recurrent(n, {3, kGruFunctions, gruStep, false}); }
Values rnn(NodeContext &n) { return recurrent(n, {1, kRnnFunctions, rnnStep, false}); }

} // namespace

llvm::ArrayRef<OpRow> recurrentOps() {
  static constexpr OpRow rows[] = {
      {"LSTM", 1, kLastOpset, lstm},
      {"GRU", 3, kLastOpset, gru},
      {"RNN", 1, kLastOpset, rnn},
  };
  return rows;
}

} // namespace mdc::importer
