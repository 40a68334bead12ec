#include "compiler/import/GraphImporter.h"

#include "compiler/import/MlirTypes.h"
#include "compiler/import/NodeOrder.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace mdc::importer {

static void collectReadNames(ArrayRef<Node> nodes, llvm::StringSet<> &names);

static void collectReadNames(const Graph &graph, llvm::StringSet<> &names) {
  for (const ValueInfo &output : graph.outputs)
    names.insert(output.name);
  collectReadNames(graph.nodes, names);
}

static void collectReadNames(ArrayRef<Node> nodes, llvm::StringSet<> &names) {
  for (const Node &node : nodes) {
    for (StringRef input : node.inputs)
      names.insert(input);
    for (const Attribute &attribute : node.attributes)
      if (attribute.graph)
        collectReadNames(*attribute.graph, names);
  }
}

GraphImporter::GraphImporter(const OnnxModel &model, const Signature &signature, Block &block,
                             Diagnostics &diagnostics)
    : model(model), diagnostics(diagnostics), builder(OpBuilder::atBlockEnd(&block)),
      handler(builder.getContext(), [this](mlir::Diagnostic &diagnostic) {
        if (noted.empty())
          noted = diagnostic.str();
        return success();
      }) {
  for (const OpenDim &dim : signature.openDims) {
    symbols.push_back(dim.range);
    symbolNames.push_back(dim.name);
  }
  collectReadNames(model.graph(), readNames);
  for (const Function &function : model.functions()) {
    collectReadNames(function.nodes, readNames);
    for (StringRef output : function.outputs)
      readNames.insert(output);
  }
  scopes.emplace_back(); // the inputs
}

int64_t GraphImporter::opsetOf(StringRef domain) const {
  auto found = model.opsets().find(domain.str());
  return found == model.opsets().end() ? kLastOpset : found->second;
}

Value GraphImporter::constantOf(const Tensor &tensor) {
  ElementsAttr elements = elementsOf(tensor, model.storage(), builder.getContext());
  mlir::Location location = NameLoc::get(builder.getStringAttr(tensor.name));
  return graph::ConstantOp::create(builder, location, cast<RankedTensorType>(elements.getType()),
                                   elements);
}

// Nothing for a name that no graph around defines.
std::optional<Value> GraphImporter::lookUp(StringRef name) {
  for (Scope &scope : llvm::reverse(scopes)) {
    if (auto found = scope.values.find(name); found != scope.values.end())
      return found->second;
    if (auto found = scope.initializers.find(name); found != scope.initializers.end())
      return scope.values[name] = constantOf(*found->second);
    if (scope.isFunction)
      return std::nullopt;
  }
  return std::nullopt;
}

GraphImporter::Operands GraphImporter::operandsOf(const Node &node) {
  Operands operands;
  for (StringRef name : node.inputs) {
    if (name.empty()) {
      operands.values.push_back({});
      continue;
    }
    std::optional<Value> value = lookUp(name);
    if (!value) {
      diagnostics
          .error(Location::ofItem(model.path(), node.label().str()),
                 "input '" + name + "' is made by no node")
          .note("the file is damaged or was edited by hand; onnx.checker says more");
      scopes.back().values[name] = Value();
    }
    operands.values.push_back(value.value_or(Value()));
    operands.known &= bool(operands.values.back());
  }
  return operands;
}

void GraphImporter::importNode(const Node &node) {
  Operands operands = operandsOf(node);
  for (StringRef output : node.outputs)
    if (!output.empty())
      scopes.back().values[output] = Value();
  if (!node.domain.empty() && callFunction(node, operands))
    return;
  int64_t opset = opsetOf("");
  const OpRow *row = findOp(
      node.domain.empty() ? node.opType.str() : (node.domain + "." + node.opType).str(), opset);
  if (!row) {
    if (!callFunction(node, operands))
      reportUnsupported(node, operands);
    return;
  }
  if (!operands.known)
    return;
  noted.clear();
  mlir::Location location = NameLoc::get(builder.getStringAttr(node.label()));
  NodeContext context(
      TensorBuilder(builder, location, symbols), node, opset, operands.values, symbolNames,
      [this](const Graph &graph) { return importGraph(graph); },
      [this](const Tensor &tensor) { return constantOf(tensor); });
  Values results = row->build(context);
  bool failed = context.failed() || results.empty() || llvm::is_contained(results, Value());
  if (!failed)
    defineOutputs(node, context, results);
  else if (!context.reportedInside) {
    if (context.equalDims && !equal)
      equal = context.equalDims;
    noteEqualSymbols(operands.values);
    reportProblem(node, context);
  }
}

void GraphImporter::noteEqualSymbols(ArrayRef<Value> operands) {
  for (auto [index, right] : llvm::enumerate(operands))
    for (Value left : operands.take_front(index)) {
      if (!left || !right || equal)
        continue;
      Extents a = extentsOf(left), b = extentsOf(right);
      for (auto [x, y] : llvm::zip(llvm::reverse(a), llvm::reverse(b))) {
        auto first = dyn_cast<AffineSymbolExpr>(x), second = dyn_cast<AffineSymbolExpr>(y);
        if (first && second && first != second && !equal)
          equal = {first.getPosition(), second.getPosition()};
      }
    }
}

void GraphImporter::defineOutputs(const Node &node, NodeContext &context, ArrayRef<Value> results) {
  for (auto [index, name] : llvm::enumerate(node.outputs)) {
    if (index < results.size()) {
      scopes.back().values[name] = results[index];
    } else if (readNames.contains(name)) {
      context.fail("output " + llvm::Twine(index) + " ('" + name + "') is not supported");
      reportProblem(node, context);
      return;
    }
  }
}

std::optional<Values> GraphImporter::resultsOf(const Graph &graph) {
  Values results;
  bool complete = true;
  for (const ValueInfo &output : graph.outputs) {
    std::optional<Value> value = lookUp(output.name);
    if (!value)
      diagnostics.error(Location(model.path()), "output '" + output.name + "' is made by no node");
    complete &= value && *value;
    results.push_back(value.value_or(Value()));
  }
  return complete ? std::optional(results) : std::nullopt;
}

std::vector<const Node *> GraphImporter::sorted(ArrayRef<Node> nodes) {
  NodeOrder order = orderOf(nodes);
  std::vector<const Node *> result;
  for (unsigned index : order.order)
    result.push_back(&nodes[index]);
  if (order.stuck.empty())
    return result;
  for (unsigned index : order.stuck)
    for (StringRef output : nodes[index].outputs)
      scopes.back().values[output] = Value();
  reportCycle(nodes, order.cycle);
  return result;
}

std::optional<Values> GraphImporter::importGraph(const Graph &graph) {
  size_t errorsBefore = diagnostics.errorCount();
  scopes.emplace_back();
  for (const Tensor &initializer : graph.initializers)
    scopes.back().initializers[initializer.name] = &initializer;
  for (const Node *node : sorted(graph.nodes))
    importNode(*node);
  auto results = resultsOf(graph);
  scopes.pop_back();
  return diagnostics.errorCount() == errorsBefore ? results : std::nullopt;
}

} // namespace mdc::importer
