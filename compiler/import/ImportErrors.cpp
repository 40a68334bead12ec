// What GraphImporter says about nodes that cannot be imported.
#include "compiler/import/GraphImporter.h"
#include "compiler/import/MlirTypes.h"

#include <set>

using namespace mlir;

namespace mdc::importer {

static std::string typeText(Value value) {
  if (!value)
    return "unknown";
  return onnxTypeName(elementOf(value)) + " " + graph::shapeText(typeOf(value));
}

// "its inputs are float 1x3x8x8 and int64 4".
static std::string operandsText(ArrayRef<Value> operands, ArrayRef<StringRef> names) {
  std::vector<std::string> texts;
  for (auto [name, value] : llvm::zip(names, operands))
    if (!name.empty())
      texts.push_back("'" + name.str() + "' " + typeText(value));
  if (texts.empty())
    return "it has no inputs";
  return (texts.size() == 1 ? "its input is " : "its inputs are ") + llvm::join(texts, ", ");
}

static std::string wayOutOf(const Node &node) {
  if (node.domain == "ai.onnx.ml")
    return "ONNX's operators of classical machine learning are not supported; export the model as "
           "tensor operators, for example by hummingbird-ml";
  if (!node.domain.empty())
    return "operators of the domain '" + node.domain.str() +
           "' are not part of ONNX; export the model without them, or inline them as functions "
           "(onnx.inliner.inline_local_functions)";
  return "express it by other operators before the export, or leave this part of the model to the "
         "caller";
}

static std::string opText(const Node &node, int64_t opset) {
  std::string domain = node.domain.empty() ? "" : node.domain.str() + ".";
  return domain + node.opType.str() + " (opset " + std::to_string(opset) + ")";
}

void GraphImporter::reportUnsupported(const Node &node, const Operands &operands) {
  diagnostics
      .error(Location::ofItem(model.path(), node.label().str()),
             opText(node, opsetOf(node.domain)) + " is not supported; " +
                 operandsText(operands.values, node.inputs))
      .note(wayOutOf(node));
}

void GraphImporter::reportCycle(ArrayRef<Node> nodes, ArrayRef<unsigned> cycle) {
  std::vector<std::string> labels;
  for (unsigned index : cycle)
    labels.push_back("'" + nodes[index].label().str() + "'");
  diagnostics
      .error(Location::ofItem(model.path(), nodes[cycle.front()].label().str()),
             labels.size() == 1
                 ? "the node reads its own result"
                 : "the nodes " + llvm::join(labels, ", ") +
                       " each read the one before and the first reads the last, expected no circle")
      .note("the file is damaged or was edited by hand; onnx.checker says more");
}

static std::set<unsigned> symbolsIn(ArrayRef<Value> operands) {
  std::set<unsigned> used;
  for (Value operand : operands)
    if (operand)
      for (AffineExpr extent : graph::extentsOf(typeOf(operand)))
        extent.walk([&](AffineExpr part) {
          if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
            used.insert(symbol.getPosition());
        });
  return used;
}

// Which dimensions the symbols in the operands' shapes are and, unless the problem has a way out of
// its own, what to do about them; empty without any.
std::string GraphImporter::openDimsText(ArrayRef<Value> operands, bool hasWayOut) const {
  std::set<unsigned> used = symbolsIn(operands);
  std::vector<std::string> texts;
  for (unsigned number : used)
    texts.push_back("s" + std::to_string(number) + " is '" + symbolNames[number] + "'");
  std::string text = llvm::join(texts, ", ");
  if (texts.empty() || hasWayOut)
    return text;
  return text + ": what holds for some extents alone needs fixed ones in [model.dims], such as \"" +
         symbolNames[*used.begin()] + "\" = " + std::to_string(symbols[*used.begin()].high);
}

void GraphImporter::reportProblem(const Node &node, const NodeContext &context) {
  std::string problem = context.problem;
  if (problem.empty()) // a verifier of the dialect: "'graph.conv' op C2: ..."
    problem = noted.empty() ? "it cannot be expressed in graph operations" : noted;
  if (size_t rule = problem.find(" op C"); problem.starts_with("'graph.") && rule != problem.npos)
    problem = problem.substr(rule + 4);
  if (problem.size() > 4 && problem[0] == 'C' && llvm::isDigit(problem[1]) && problem[2] == ':')
    problem = problem.substr(4);
  auto pending = diagnostics.error(Location::ofItem(model.path(), node.label().str()),
                                   opText(node, context.opset) + ": " + problem);
  Values operands;
  for (size_t i = 0; i < context.inputCount(); ++i)
    operands.push_back(context.optionalInput(i));
  pending.note(operandsText(operands, node.inputs));
  for (const std::string &note : {openDimsText(operands, !context.wayOut.empty()), context.wayOut})
    if (!note.empty())
      pending.note(note);
}

} // namespace mdc::importer
