// Control flow without jumps: a condition that is known chooses a branch, for any other both are
// computed.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

Values branchResults(NodeContext &n, StringRef name) {
  const Attribute *branch = n.node.attribute(name);
  if (!branch || !branch->graph)
    return n.fail("the attribute " + name + " is missing, expected a graph");
  auto results = n.importGraph(*branch->graph);
  n.reportedInside |= !results;
  return results.value_or(Values());
}

Values conditional(NodeContext &n) {
  Value condition = n.input(0);
  if (!condition)
    return {};
  auto chosen = graph::constantsOf(condition);
  if (chosen && chosen->size() == 1)
    return branchResults(n, chosen->front() ? "then_branch" : "else_branch");
  Values onTrue = branchResults(n, "then_branch"), onFalse = branchResults(n, "else_branch"),
         results;
  if (onTrue.empty() || onFalse.empty())
    return {};
  for (auto [a, b] : llvm::zip(onTrue, onFalse)) {
    if (a.getType() != b.getType())
      return n.fail("the condition depends on data and the branches differ in shape",
                    "make both branches yield one shape, or the condition a constant");
    results.push_back(n.select(n.reshape(condition, {}), a, b));
  }
  return results;
}

} // namespace

llvm::ArrayRef<OpRow> controlOps() {
  static constexpr OpRow rows[] = {{"If", 1, kLastOpset, conditional}};
  return rows;
}

} // namespace mdc::importer
