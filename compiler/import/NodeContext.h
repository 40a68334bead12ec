// What an operator's builder sees: its operands as graph values, its attributes with defaults, and
// the graph ops to build from.
#pragma once

#include "compiler/import/OnnxModel.h"
#include "compiler/import/TensorBuilder.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <optional>

namespace mdc::importer {

/// Imports a branch's or a function's nodes in the place of their node: outputs, or nothing after
/// errors that have been reported.
using ImportGraph = llvm::function_ref<std::optional<Values>(const Graph &)>;
using MakeConstant = llvm::function_ref<Value(const Tensor &)>;

class NodeContext : public TensorBuilder {
public:
  NodeContext(TensorBuilder base, const Node &node, int64_t opset, Values operands,
              llvm::ArrayRef<std::string> dimNames, ImportGraph importGraph,
              MakeConstant makeConstant)
      : TensorBuilder(base), node(node), opset(opset), dimNames(dimNames),
        operands(std::move(operands)), importGraph(importGraph), makeConstant(makeConstant) {}

  // Operands; those left out are null.
  size_t inputCount() const { return operands.size(); }
  bool has(size_t index) const { return index < operands.size() && operands[index]; }
  /// The operand; when it is left out a failure that names it.
  Value input(size_t index);
  Value optionalInput(size_t index) const { return has(index) ? operands[index] : Value(); }
  /// All operands, of an op that takes any number.
  llvm::ArrayRef<Value> inputs() const { return operands; }
  bool outputUsed(size_t index) const {
    return index < node.outputs.size() && !node.outputs[index].empty();
  }

  // Attributes.
  bool hasAttribute(llvm::StringRef name) const { return node.attribute(name) != nullptr; }
  int64_t integer(llvm::StringRef name, int64_t otherwise) const;
  double number(llvm::StringRef name, double otherwise) const;
  llvm::StringRef text(llvm::StringRef name, llvm::StringRef otherwise) const;
  std::optional<Integers> integersAttribute(llvm::StringRef name) const;
  /// The attribute as an axis of a tensor of this rank, negative counted from the end; a failure
  /// when there is no such axis.
  std::optional<int64_t> axis(llvm::StringRef name, int64_t otherwise, int64_t rank);
  std::optional<int64_t> checkedAxis(int64_t axis, int64_t rank);
  /// The same for several, ascending and each once.
  std::optional<Integers> checkedAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);

  // Operands that decide shapes.
  /// Their elements as expressions of the open dimensions; a failure ("the shape depends on data")
  /// otherwise.
  std::optional<llvm::SmallVector<AffineExpr>> shapeInput(size_t index, llvm::StringRef what);
  /// The same where only constants will do.
  std::optional<Integers> constantInput(size_t index, llvm::StringRef what);
  /// A list that is an attribute in old opsets and an operand in new ones; none when it is left
  /// out, and a failure when it is not known.
  std::optional<Integers> listAttributeOrInput(llvm::StringRef name, size_t index);
  /// The elements of a constant operand of floats.
  std::optional<llvm::SmallVector<double>> constantNumbers(size_t index, llvm::StringRef what);

  // Extents that have to agree.
  /// "'batch' * 12", for messages.
  std::string textOf(AffineExpr extent) const { return extentText(extent, dimNames); }
  /// Whether both have one value for all open dimensions; otherwise a failure that says which
  /// values of the dimensions would do. `message` says what the two are, `orElse` what
  /// helps but to bind those: ", or ...".
  bool agree(AffineExpr a, AffineExpr b, const llvm::Twine &message,
             const llvm::Twine &orElse = "");

  /// Notes why the node cannot be imported; the first reason stays. `note` is the way out.
  Values fail(const llvm::Twine &message, const llvm::Twine &note = "");
  bool failed() const { return !problem.empty(); }

  const Node &node;
  const int64_t opset;
  const llvm::ArrayRef<std::string> dimNames; ///< of the symbols
  std::string problem, wayOut;
  /// Two open dimensions that the node needs to be one, when it failed for that alone.
  std::optional<std::pair<unsigned, unsigned>> equalDims;
  bool reportedInside = false; ///< a graph of this node failed and has said why

private:
  /// Says why the elements of a value are not known.
  void failUnknown(Value value, const llvm::Twine &what);

  Values operands;

public:
  ImportGraph importGraph;
  MakeConstant makeConstant;
};

} // namespace mdc::importer
