// Makes a program of lowered models: one function for each variant, which share regions and
// weights.
#pragma once

#include "compiler/program/Arena.h"
#include "compiler/program/Program.h"
#include "compiler/support/Diagnostics.h"
#include "dialects/graph/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <map>
#include <unordered_map>

namespace mdc::program {

class ProgramBuilder {
public:
  /// `modelPath` names the model in errors.
  /// `gpu`: steps are launches.
  ProgramBuilder(std::vector<Dim> dims, std::string modelPath, bool gpu, Diagnostics &diagnostics);

  /// Adds the variant that `main` computes, which holds graph.constant, graph.fused, graph.reshape
  /// and func.return alone. One with `graph.variant` is padded along the dimensions that it binds.
  /// Smaller variants come first. False after one error that names a node.
  bool addVariant(mlir::func::FuncOp main);

  /// The program; its constants live as long as the functions' context.
  Program take() { return std::move(program); }

private:
  /// What a value of `main` is: a weight, or an arena buffer that several values may name.
  struct Storage {
    mlir::ElementsAttr constant; ///< of a weight
    unsigned buffer = 0;
  };
  /// State of the variant that is being added.
  struct Pending {
    Variant variant;
    llvm::DenseMap<mlir::Value, Storage> storage;
    std::vector<Lifetime> lifetimes; ///< by buffer
  };

  void addSignatures(mlir::func::FuncOp main, mlir::FunctionType type);
  void bindDims(mlir::func::FuncOp main, Variant &variant) const;
  bool addOp(mlir::Operation &op, Pending &pending);
  bool addStep(graph::FusedOp fused, Pending &pending);
  bool addReturn(mlir::Operation &op, Pending &pending);
  std::optional<uint32_t> regionOf(graph::FusedOp fused, std::vector<uint32_t> &extents);
  void addLaunches(const Step &step, Variant &variant) const;
  uint32_t weightOf(mlir::ElementsAttr value, llvm::StringRef packing);
  mlir::ElementsAttr firstEqual(mlir::ElementsAttr value);
  unsigned newBuffer(Pending &pending, uint64_t bytes, int64_t first);
  Signature signatureOf(mlir::RankedTensorType type, llvm::StringRef name) const;
  Tensor tensorOf(mlir::RankedTensorType type, Variant &variant, bool isInput) const;
  int32_t slotOf(mlir::AffineExpr extent, Variant &variant) const;
  void placeArena(mlir::func::FuncOp main, mlir::FunctionType type, Pending &pending);
  bool fail(mlir::Location location, const llvm::Twine &message);

  Program program;
  std::string modelPath;
  bool gpu;
  Diagnostics &diagnostics;
  llvm::SmallVector<int64_t> maxExtents;
  llvm::StringMap<uint32_t> regions; ///< by name
  std::map<std::pair<const void *, std::string>, uint32_t> weights;
  /// Constants of equal bytes, by a digest of them: variants may each have made the same one.
  std::unordered_multimap<uint64_t, mlir::ElementsAttr> constants;
  llvm::DenseMap<mlir::Attribute, mlir::ElementsAttr> firstOf;
};

} // namespace mdc::program
