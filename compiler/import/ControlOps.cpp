// Control flow that is decided when the model is built.
#include "compiler/import/OpTable.h"

using namespace mlir;

namespace mdc::importer {
namespace {

Values conditional(NodeContext &n) {
  Value condition = n.input(0);
  if (!condition)
    return {};
  auto chosen = graph::constantsOf(condition);
  if (!chosen || chosen->size() != 1)
    return n.fail("the condition depends on data",
                  "only a condition that follows from constants and shapes can be compiled");
  StringRef name = chosen->front() ? "then_branch" : "else_branch";
  const Attribute *branch = n.node.attribute(name);
  if (!branch || !branch->graph)
    return n.fail("the attribute " + name + " is missing, expected a graph");
  auto results = n.importGraph(*branch->graph);
  return results ? *results : Values(n.node.outputs.size());
}

} // namespace

llvm::ArrayRef<OpRow> controlOps() {
  static constexpr OpRow rows[] = {{"If", 1, kLastOpset, conditional}};
  return rows;
}

} // namespace mdc::importer
