// Walks the nodes of a graph and of the graphs inside it, and keeps what the names stand for.
#pragma once

#include "compiler/import/OpTable.h"
#include "compiler/import/Signature.h"

#include "llvm/ADT/StringSet.h"

namespace mdc::importer {

class GraphImporter {
public:
  /// Ops go to the end of `block`.
  GraphImporter(const OnnxModel &model, const Signature &signature, mlir::Block &block,
                Diagnostics &diagnostics);

  void define(llvm::StringRef name, Value value) { scopes.back().values[name] = value; }
  /// The graph's outputs; nothing after at least one error, reported for every node that has one.
  std::optional<Values> importGraph(const Graph &graph);

  /// Two symbols that a failed node has where it needs equal extents, if one failed for that.
  std::optional<std::pair<unsigned, unsigned>> equalSymbols() const { return equal; }

private:
  /// Names of a graph are seen by the graphs inside it, not the other way round.
  struct Scope {
    llvm::StringMap<Value> values; ///< null: could not be imported, and that has been reported
    llvm::StringMap<const Tensor *> initializers; ///< not yet constants
    bool isFunction = false;                      ///< names of the caller are not seen
  };

  struct Operands {
    Values values;
    bool known = true; ///< all could be imported
  };

  std::optional<Value> lookUp(llvm::StringRef name);
  Operands operandsOf(const Node &node);
  void importNode(const Node &node);
  /// The nodes in an order in which they can be imported; a circle is reported and left out.
  std::vector<const Node *> sorted(llvm::ArrayRef<Node> nodes);
  void defineOutputs(const Node &node, NodeContext &context, llvm::ArrayRef<Value> results);
  bool callFunction(const Node &node, const Operands &operands);
  std::optional<Values> resultsOf(const Graph &graph);
  Value constantOf(const Tensor &tensor);
  int64_t opsetOf(llvm::StringRef domain) const;
  void reportUnsupported(const Node &node, const Operands &operands);
  void reportCycle(llvm::ArrayRef<Node> nodes, llvm::ArrayRef<unsigned> cycle);
  void noteEqualSymbols(llvm::ArrayRef<Value> operands);
  void reportProblem(const Node &node, const NodeContext &context);
  std::string openDimsText(llvm::ArrayRef<Value> operands, bool hasWayOut) const;

  const OnnxModel &model;
  Diagnostics &diagnostics;
  mlir::OpBuilder builder;
  llvm::SmallVector<Interval> symbols;
  std::vector<std::string> symbolNames;
  std::vector<Scope> scopes;
  llvm::StringSet<> readNames; ///< what any node or graph output reads
  std::string noted;           ///< what the dialect's verifiers said about the current node
  mlir::ScopedDiagnosticHandler handler;
  unsigned callDepth = 0;
  std::optional<std::pair<unsigned, unsigned>> equal;
};

} // namespace mdc::importer
