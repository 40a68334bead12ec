// Emits one fused region as loops over vectors: how a graph value is computed at an index.
//
// The region's ops stay graph ops; the emitter asks for the value of a result at an index and walks
// up to the operands' memory, so producers and epilogues fuse into whatever loops the root decides
// on. A "root" file (EmitLoops, EmitRows, kernels/...) writes the loops and calls evaluate() and
// store().
#pragma once

#include "compiler/lower/Layout.h"
#include "compiler/lower/Machine.h"
#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace mdc::lower {

// An index that may differ by lane: base + lane * stride. Stride 0 is the same element in all
// lanes.
struct LaneIndex {
  mlir::Value base;
  int64_t stride = 0;
};
using Indices = llvm::SmallVector<LaneIndex, 6>;

// How an argument or result of a region lies, by its attribute "graph.layout".
Layout layoutOfArgument(mlir::func::FuncOp region, unsigned number);
Layout layoutOfResult(mlir::func::FuncOp region, unsigned number);

class RegionEmitter {
public:
  // `source` is a function of graph ops (arguments, one block, func.return); `target` an empty
  // kernel function.
  RegionEmitter(mlir::func::FuncOp source, mlir::func::FuncOp target, const Machine &machine);

  mlir::OpBuilder builder; // where code goes now
  const Machine &machine;
  mlir::func::FuncOp source;

  mlir::Location loc() const { return location_; }

  //===- numbers ------------------------------------------------------------------------------===//
  mlir::Value index(int64_t value);              // constant, in the function's prologue
  mlir::Value extent(mlir::AffineExpr expr);     // of a shape; in the function's prologue
  mlir::Value add(mlir::Value a, mlir::Value b); // index arithmetic, folded
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value addConstant(mlir::Value a, int64_t b);
  mlir::Value mulConstant(mlir::Value a, int64_t b);
  mlir::Value floorDiv(mlir::Value a, mlir::Value b); // of numbers that are not negative
  mlir::Value remainder(mlir::Value a, mlir::Value b);
  mlir::Value minimum(mlir::Value a, mlir::Value b);
  mlir::Value maximum(mlir::Value a, mlir::Value b);

  //===- memory -------------------------------------------------------------------------------===//
  // Flat memory of an argument (0...), result (after the arguments) or scratch buffer of the
  // kernel.
  mlir::Value buffer(unsigned operand, mlir::Type element);
  unsigned argumentOperand(mlir::Value argument) const; // a block argument's operand number
  unsigned resultOperand(unsigned result) const;
  // Asks for `bytes` of scratch memory for this kernel; returns its operand number.
  unsigned scratch(int64_t bytes);
  llvm::ArrayRef<int64_t> scratchBytes() const { return scratchBytes_; }
  const Layout &argumentLayout(mlir::Value argument) const;
  const Layout &resultLayout(unsigned result) const;
  // Element type in memory: i1 lies as i8, unsigned as signless.
  static mlir::Type storageType(mlir::Type element);
  // Element type in registers: f16 and bf16 compute as f32.
  static mlir::Type computeType(mlir::Type element);

  //===- values -------------------------------------------------------------------------------===//
  // The value of `tensor` (any value of the region) at an index: vector<lanes x T>, or the scalar T
  // when lanes is 1.
  mlir::Value evaluate(mlir::Value tensor, const Indices &indices, int64_t lanes);
  // Fixes what evaluate() yields for `tensor` (the root) whatever the index, until another call.
  void define(mlir::Value tensor, mlir::Value value);
  void undefine(mlir::Value tensor) { defined_.erase(tensor); }
  // Forgets values computed so far; call at the start of every loop body that evaluates.
  void newPoint() { cache_.clear(); }
  // Stores result `number` (evaluating its yield operand). `mask` (vector<lanes x i1>) may be null:
  // all lanes.
  void storeResult(unsigned number, const Indices &indices, int64_t lanes, mlir::Value mask);
  // Stores a value instead.
  void store(unsigned number, const Indices &indices, mlir::Value value, int64_t lanes,
             mlir::Value mask);
  // What result `number` holds in memory there, stored before.
  mlir::Value reload(unsigned number, const Indices &indices, int64_t lanes);
  // Element offset of a tensor's element under a layout, and the distance between lanes.
  LaneIndex offset(mlir::RankedTensorType type, const Layout &layout, const Indices &indices);
  mlir::Value load(mlir::Value flat, LaneIndex offset, int64_t lanes);
  // A mask of the first `count` lanes.
  mlir::Value laneMask(mlir::Value count, int64_t lanes);
  mlir::Value splat(mlir::Value scalar, int64_t lanes);
  mlir::Value constant(mlir::Type element, double value, int64_t lanes);
  // Sum, maximum, ... of all lanes in one fixed tree order, on a GPU of all threads of the group
  // too.
  mlir::Value reduceLanes(graph::ReduceKind kind, mlir::Value value);
  // The same over the values of a group's threads, lane by lane; all threads get the result.
  mlir::Value reduceGroup(graph::ReduceKind kind, mlir::Value value);
  mlir::Value combine(graph::ReduceKind kind, mlir::Value a, mlir::Value b);
  mlir::Value neutral(graph::ReduceKind kind, mlir::Type element, int64_t lanes);
  // Whether combine() and neutral() take integers as unsigned.
  void reduceAsUnsigned(bool yes) { reducesUnsigned_ = yes; }
  // The graph value that leaves the region as result `number`.
  mlir::Value yielded(unsigned number);

  //===- loops --------------------------------------------------------------------------------===//
  // for (i = low; i < high; i += step) body(i)
  void loop(mlir::Value low, mlir::Value high, int64_t step,
            llvm::function_ref<void(mlir::Value)> body);
  // With values carried from one round to the next; body returns the new ones.
  llvm::SmallVector<mlir::Value>
  loopCarry(mlir::Value low, mlir::Value high, int64_t step, mlir::ValueRange start,
            llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);
  // Rounds that may run at the same time; `work` is the elementary operations of one round, to
  // decide whether threads pay. Not nested. The body may use only values computed inside it or in
  // the prologue (index(), extent(), buffer()).
  void parallel(mlir::Value count, double work, llvm::function_ref<void(mlir::Value)> body);
  // The same with a group of threads for each round on a GPU, which all run the body.
  void parallelGroups(mlir::Value count, double work, llvm::function_ref<void(mlir::Value)> body);
  // The number of this thread in its group.
  mlir::Value groupThread();
  // Splits a linear number into coordinates of `shape`, the last fastest.
  llvm::SmallVector<mlir::Value> unflatten(mlir::Value linear, mlir::ValueRange shape);

private:
  mlir::Value evaluateOp(mlir::Operation *op, mlir::Value tensor, const Indices &indices,
                         int64_t lanes);
  mlir::Value evaluateConstant(graph::ConstantOp op, const Indices &indices, int64_t lanes);
  mlir::Value evaluateElementwise(mlir::Operation *op, const Indices &indices, int64_t lanes);
  mlir::Value evaluateMoved(mlir::Operation *op, const Indices &indices, int64_t lanes);
  mlir::Value evaluateGather(mlir::Operation *op, const Indices &indices, int64_t lanes);
  mlir::Value checkedIndex(mlir::Value value, mlir::Value extent);
  mlir::Value evaluateArgument(mlir::Value tensor, const Indices &indices, int64_t lanes);
  mlir::Value evaluateExtents(graph::ExtentsOp op, const Indices &indices, int64_t lanes);
  mlir::Value evaluateIota(graph::IotaOp op, const Indices &indices, int64_t lanes);
  mlir::Value evaluatePad(graph::PadOp op, const Indices &indices, int64_t lanes);
  mlir::Value evaluateResize(graph::ResizeOp op, const Indices &indices, int64_t lanes);
  mlir::Value lanewise(mlir::Value tensor, const Indices &indices, int64_t lanes);
  Indices broadcastIndices(mlir::Value operand, mlir::Value result, const Indices &indices);
  // Lanes that do not lie side by side, those inside the extents.
  void storeApart(unsigned number, const Indices &indices, mlir::Value value, int64_t lanes);
  mlir::Value prologue(llvm::function_ref<mlir::Value(mlir::OpBuilder &)> make);

  mlir::Location location_;
  mlir::func::FuncOp target_;
  mlir::Operation *prologueEnd_ = nullptr;
  bool reducesUnsigned_ = false;
  llvm::DenseMap<int64_t, mlir::Value> indexConstants_;
  llvm::DenseMap<mlir::AffineExpr, mlir::Value> extents_;
  llvm::DenseMap<std::pair<unsigned, mlir::Type>, mlir::Value> buffers_;
  llvm::SmallVector<Layout> layouts_; // arguments, then results
  unsigned resultCount_ = 0;
  llvm::SmallVector<int64_t> scratchBytes_;
  llvm::DenseMap<mlir::Value, mlir::Value> defined_;
  struct Cached {
    Indices indices;
    int64_t lanes;
    mlir::Value value;
  };
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Cached, 1>> cache_;
};

} // namespace mdc::lower
