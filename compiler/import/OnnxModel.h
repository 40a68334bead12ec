// An ONNX file as plain structs. OnnxModel.cpp is the only file that sees protobuf; strings and
// tensor bytes here are views into what the model keeps alive.
#pragma once

#include "compiler/support/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mdc::importer {

/// ONNX's numbers (TensorProto.DataType).
enum class ElementType : int {
  Undefined = 0,
  Float = 1,
  Uint8 = 2,
  Int8 = 3,
  Uint16 = 4,
  Int16 = 5,
  Int32 = 6,
  Int64 = 7,
  String = 8,
  Bool = 9,
  Float16 = 10,
  Double = 11,
  Uint32 = 12,
  Uint64 = 13,
  Complex64 = 14,
  Complex128 = 15,
  Bfloat16 = 16,
};

/// A tensor in the file: an initializer or an attribute's value.
struct Tensor {
  llvm::StringRef name;
  ElementType type = ElementType::Undefined;
  std::vector<int64_t> dims;
  llvm::ArrayRef<char> bytes; ///< little-endian, row-major; exactly the elements of `dims`
  std::string problem;        ///< why there are no bytes; empty: there are
};

/// One axis as the file declares it: an extent, or the name of a parameter, or neither.
struct DeclaredDim {
  std::optional<int64_t> extent;
  std::string name;
};

struct ValueInfo {
  std::string name;
  ElementType type = ElementType::Undefined; ///< Undefined: not a tensor
  bool hasShape = false;
  std::vector<DeclaredDim> dims;
};

struct Graph;

struct Attribute {
  enum class Kind { Float, Int, String, Tensor, Graph, Floats, Ints, Strings, Other };

  llvm::StringRef name;
  Kind kind = Kind::Other;
  llvm::StringRef
      referredName; ///< inside a function: the attribute of the call that gives the value
  float number = 0;
  int64_t integer = 0;
  llvm::StringRef text;
  Tensor tensor;
  std::shared_ptr<Graph> graph;
  llvm::ArrayRef<float> numbers;
  llvm::ArrayRef<int64_t> integers;
  std::vector<llvm::StringRef> texts;
};

struct Node {
  llvm::StringRef name;
  llvm::StringRef opType;
  llvm::StringRef domain;              ///< "" for ai.onnx
  std::vector<llvm::StringRef> inputs; ///< "" where an optional one is left out
  std::vector<llvm::StringRef> outputs;
  std::vector<Attribute> attributes;

  const Attribute *attribute(llvm::StringRef name) const;
  /// The name; for a nameless node its first output.
  llvm::StringRef label() const;
};

struct Graph {
  std::vector<Node> nodes;
  std::vector<Tensor> initializers;
  std::vector<ValueInfo> inputs; ///< IR 3 files list the initializers here too
  std::vector<ValueInfo> outputs;
};

/// An operator that the file itself defines by other nodes.
struct Function {
  llvm::StringRef name;
  llvm::StringRef domain;
  std::vector<llvm::StringRef> inputs;
  std::vector<llvm::StringRef> outputs;
  std::vector<Attribute> defaults; ///< of attributes that a call may leave out
  std::vector<Node> nodes;
};

class OnnxModel {
public:
  /// Reads the file and maps its external data; null after at least one error.
  static std::unique_ptr<OnnxModel> load(const std::string &path, Diagnostics &diagnostics);

  const std::string &path() const { return filePath; }
  int64_t irVersion() const { return ir; }
  const std::string &producer() const { return producerText; }
  /// By domain, "" for ai.onnx.
  const std::map<std::string, int64_t> &opsets() const { return opsetOfDomain; }
  const Graph &graph() const { return mainGraph; }
  llvm::ArrayRef<Function> functions() const { return localFunctions; }
  /// The graph's inputs without those that an initializer fills.
  std::vector<const ValueInfo *> trueInputs() const;
  /// The files beside the model that hold weights, sorted.
  const std::vector<std::string> &externalFiles() const { return externalPaths; }
  /// Keeps every view alive: constants of the imported module hold it.
  const std::shared_ptr<const void> &storage() const { return owner; }

private:
  friend class ModelReader;

  std::string filePath;
  int64_t ir = 0;
  std::string producerText;
  std::map<std::string, int64_t> opsetOfDomain;
  Graph mainGraph;
  std::vector<Function> localFunctions;
  std::vector<std::string> externalPaths;
  std::shared_ptr<const void> owner;
};

} // namespace mdc::importer
