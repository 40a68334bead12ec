// Operators that the file itself defines by other nodes: their nodes stand in for each call.
#include "compiler/import/GraphImporter.h"

using namespace mlir;

namespace mdc::importer {

// A function's nodes refer to attributes of its call by name.
static Node withAttributesOf(const Node &call, const Function &function, Node node) {
  std::vector<Attribute> attributes;
  for (Attribute &attribute : node.attributes) {
    if (attribute.referredName.empty()) {
      attributes.push_back(std::move(attribute));
      continue;
    }
    const Attribute *given = call.attribute(attribute.referredName);
    if (!given) {
      auto otherwise = llvm::find_if(function.defaults, [&](const Attribute &candidate) {
        return candidate.name == attribute.referredName;
      });
      given = otherwise == function.defaults.end() ? nullptr : &*otherwise;
    }
    if (!given)
      continue; // the operator's own default holds
    attributes.push_back(*given);
    attributes.back().name = attribute.name;
  }
  node.attributes = std::move(attributes);
  return node;
}

bool GraphImporter::callFunction(const Node &node, const Operands &operands) {
  auto functions = model.functions();
  auto function = llvm::find_if(functions, [&](const Function &candidate) {
    return candidate.name == node.opType && candidate.domain == node.domain;
  });
  if (function == functions.end())
    return false;
  constexpr unsigned kMaxCallDepth = 64;
  if (callDepth >= kMaxCallDepth) {
    diagnostics.error(Location::ofItem(model.path(), node.label().str()),
                      "the function '" + node.opType + "' calls itself");
    return true;
  }
  ++callDepth;
  Scope &scope = scopes.emplace_back();
  scope.isFunction = true;
  for (auto [index, name] : llvm::enumerate(function->inputs))
    if (index < operands.values.size() && !node.inputs[index].empty())
      scope.values[name] = operands.values[index];
  for (const Node *inner : sorted(function->nodes))
    importNode(withAttributesOf(node, *function, *inner));
  Values results;
  for (StringRef output : function->outputs)
    results.push_back(lookUp(output).value_or(Value()));
  scopes.pop_back();
  --callDepth;
  for (auto [name, result] : llvm::zip(node.outputs, results))
    scopes.back().values[name] = result;
  return true;
}

} // namespace mdc::importer
