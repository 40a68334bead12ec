// Einstein sums: operand by operand, each step one matrix product.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {

Values einsum(NodeContext &n);

namespace {

// A tensor whose axes have labels; an ellipsis becomes the labels '0', '1', ... counted from its
// last axis.
struct Labelled {
  Value value;
  std::string labels;
};

// The labels of one operand with its ellipsis spelled out; nothing when they do not fit the rank.
std::optional<std::string> spelledOut(StringRef labels, int64_t rank) {
  std::string result;
  auto [before, after] = labels.split("...");
  if (before.size() == labels.size())
    return labels.size() == size_t(rank) ? std::optional(labels.str()) : std::nullopt;
  int64_t hidden = rank - int64_t(before.size() + after.size());
  if (hidden < 0 || hidden > 9)
    return std::nullopt;
  result = before.str();
  for (int64_t axis = hidden; axis-- > 0;)
    result += char('0' + axis);
  return result + after.str();
}

Labelled summedOver(NodeContext &n, Labelled x, llvm::function_ref<bool(char)> isSummed) {
  Integers axes;
  std::string kept;
  for (auto [axis, label] : llvm::enumerate(x.labels))
    if (isSummed(label))
      axes.push_back(axis);
    else
      kept += label;
  if (axes.empty())
    return x;
  return {n.withoutAxes(n.reduce(ReduceKind::Sum, x.value, axes), axes), kept};
}

// A label that an operand has twice means its diagonal: the rest is set to 0 and summed away.
Labelled diagonal(NodeContext &n, Labelled x) {
  for (size_t axis = 0; x.value && axis < x.labels.size(); ++axis) {
    size_t again = x.labels.find(x.labels[axis], axis + 1);
    if (again == std::string::npos)
      continue;
    Extents own = extentsOf(x.value), first(own.size(), n.fixed(1)), second(first);
    first[axis] = own[axis];
    second[again] = own[again];
    Value equal =
        n.compare(CompareKind::Equal, n.iota(first, axis, n.i64()), n.iota(second, again, n.i64()));
    Value masked = n.select(equal, x.value, n.scalarLike(0, x.value));
    Integers dropped = {int64_t(again)};
    x.value = n.withoutAxes(n.reduce(ReduceKind::Sum, masked, dropped), dropped);
    x.labels.erase(again, 1);
    --axis;
  }
  return x;
}

Value arranged(NodeContext &n, const Labelled &x, StringRef order) {
  Integers permutation;
  for (char label : order)
    permutation.push_back(x.labels.find(label));
  return n.transpose(x.value, permutation);
}

// Axes `order` of x in three groups, each joined into one.
Value grouped(NodeContext &n, const Labelled &x, StringRef a, StringRef b, StringRef c) {
  Value moved = arranged(n, x, (a + b + c).str());
  if (!moved)
    return {};
  Extents all = extentsOf(moved), joined;
  ArrayRef<AffineExpr> rest(all);
  for (size_t count : {a.size(), b.size(), c.size()}) {
    joined.push_back(graph::elementCount(rest.take_front(count), n.builder.getContext()));
    rest = rest.drop_front(count);
  }
  return n.reshape(moved, joined);
}

Labelled product(NodeContext &n, const Labelled &a, const Labelled &b, StringRef needed) {
  std::string batch, inner, left, right;
  for (char label : a.labels) {
    bool shared = b.labels.find(label) != std::string::npos;
    (!shared ? left : needed.contains(label) ? batch : inner) += label;
  }
  for (char label : b.labels)
    if (a.labels.find(label) == std::string::npos)
      right += label;
  Value result = n.matmul(grouped(n, a, batch, left, inner), grouped(n, b, batch, inner, right));
  if (!result)
    return {};
  Labelled product{result, batch + left + right};
  Extents extents;
  for (char label : product.labels) {
    size_t axis = a.labels.find(label);
    extents.push_back(axis != std::string::npos ? extentsOf(a.value)[axis]
                                                : extentsOf(b.value)[b.labels.find(label)]);
  }
  product.value = n.reshape(result, extents);
  return product;
}

// A label means one extent: axes of 1 repeat their element. False after a failure that names the
// label.
bool broadcastLabels(NodeContext &n, MutableArrayRef<Labelled> operands) {
  llvm::SmallDenseMap<char, AffineExpr> extents;
  for (const Labelled &operand : operands)
    for (auto [label, extent] : llvm::zip_equal(operand.labels, extentsOf(operand.value))) {
      AffineExpr &known = extents.try_emplace(label, extent).first->second;
      if (graph::constantOf(known) == 1)
        known = extent;
      if (known == extent || graph::constantOf(extent) == 1)
        continue;
      std::string name = llvm::isDigit(label) ? "an axis of the ellipsis"
                                              : "the label '" + std::string(1, label) + "'";
      n.fail(name + " is " + n.textOf(known) + " in one operand and " + n.textOf(extent) +
             " in another");
      return false;
    }
  for (Labelled &operand : operands) {
    Extents wanted;
    for (char label : operand.labels)
      wanted.push_back(extents.lookup(label));
    if (wanted != extentsOf(operand.value))
      operand.value = n.broadcast(operand.value, wanted);
  }
  return true;
}

// Without an arrow: the ellipsis, then the labels that occur once, in order of the alphabet.
std::string impliedOutput(StringRef inputs) {
  std::string result = inputs.contains("...") ? "..." : "";
  for (char label = 'A'; label <= 'z'; ++label)
    if (inputs.count(label) == 1 && llvm::isAlpha(label))
      result += label;
  return result;
}

} // namespace

Values einsum(NodeContext &n) {
  std::string equation = n.text("equation", "").str();
  llvm::erase(equation, ' ');
  auto [inputs, output] = StringRef(equation).split("->");
  bool explicitOutput = StringRef(equation).contains("->");
  SmallVector<StringRef> terms;
  inputs.split(terms, ',');
  if (terms.size() != n.inputCount())
    return n.fail("the equation '" + equation + "' has " + Twine(terms.size()) +
                  " operands, the node " + Twine(n.inputCount()));
  std::string implied = impliedOutput(inputs);
  if (!explicitOutput)
    output = implied;
  SmallVector<Labelled> operands;
  size_t hidden = 0;
  for (auto [index, term] : llvm::enumerate(terms)) {
    Value value = n.input(index);
    auto labels = value ? spelledOut(term, rankOf(value)) : std::nullopt;
    if (!labels)
      return n.fail("the term '" + term + "' does not fit its operand");
    hidden = std::max<size_t>(hidden, llvm::count_if(*labels, llvm::isDigit));
    operands.push_back(diagonal(n, {value, *labels}));
  }
  if (!broadcastLabels(n, operands))
    return {};
  size_t named = output.size() - (output.contains("...") ? 3 : 0);
  auto target = spelledOut(output, named + (output.contains("...") ? hidden : 0));
  if (!target)
    return n.fail("the equation '" + equation + "' has no valid result term");
  Labelled result = operands.front();
  for (size_t i = 0; i < operands.size(); ++i) {
    std::string needed = *target;
    for (const Labelled &later : llvm::drop_begin(operands, i + 1))
      needed += later.labels;
    if (i > 0)
      result = product(n, result, operands[i], needed);
    result = summedOver(n, result, [&](char c) { return needed.find(c) == std::string::npos; });
  }
  for (char label : *target)
    if (result.labels.find(label) == std::string::npos)
      return n.fail("the result label '" + Twine(label) + "' occurs in no operand");
  return {arranged(n, result, *target)};
}

} // namespace mdc::importer
