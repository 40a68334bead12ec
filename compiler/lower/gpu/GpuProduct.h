// What products of matrices and convolutions on a GPU share: entries that call a main loop of
// runtime/cuda/kernels, and the stores that it calls with its sums.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include "compiler/lower/gpu/MainLoops.h"
#include "mlir/IR/BuiltinOps.h"
#include <array>
#include <optional>

namespace mdc::lower {

// MdcMatmul as expressions of the region's extents. Strides are of the row (the column of the right
// operand), the depth, the outer and the inner batch.
struct ProductShape {
  std::string element;          // of the operands, as loopElement() names them
  unsigned left = 0, right = 0; // numbers of operands; scratch buffers are behind the results
  mlir::AffineExpr rows, columns, depth, batches, innerBatches;
  std::array<mlir::AffineExpr, 4> leftStrides, rightStrides;
};

// What a region needs beside its kernels.
struct GpuProduct {
  std::string loop;                        // "f32_64x64 splits 2", for reports
  llvm::SmallVector<int64_t> scratchBytes; // of the buffers behind the results
};

// Adds the kernels of a region whose root a main loop takes, named after `symbol`, to `module`; see
// emitGpuMatmul and emitGpuConv. None for other regions, and nothing is added.
std::optional<GpuProduct> emitGpuProduct(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                         llvm::StringRef symbol);

// What a main loop calls the operands of `product`: "f32", "tf32", "f16", "bf16", or "u8s8" and
// "s8u8" where one is unsigned; empty for other types.
std::string loopElement(mlir::Operation *product, mlir::Type left, mlir::Type right);

// The largest value of an expression of the region's extents.
int64_t largestOf(mlir::func::FuncOp kernel, mlir::AffineExpr expr);

// Whether every result has the shape of `root`, so that its sums are stored from where they are.
bool resultsFollow(mlir::func::FuncOp kernel, mlir::Value root);

// A function at the end of the module.
mlir::func::FuncOp addFunction(mlir::ModuleOp module, llvm::StringRef name,
                               llvm::ArrayRef<mlir::Type> types = {});

class ProductEmitter {
public:
  ProductEmitter(mlir::ModuleOp module, mlir::func::FuncOp kernel, ProductShape shape);

  // Whether a grid of some main loop covers the product.
  bool takes();
  // Adds the entries SYMBOL_`first` and up. Partial sums are one more buffer of `product`.
  void addEntries(llvm::StringRef symbol, unsigned first, GpuProduct &product);
  // Adds the stores; store(emitter, batch, row, column, sum) writes one element.
  using StoreSum = llvm::function_ref<void(RegionEmitter &, mlir::Value batch, mlir::Value row,
                                           mlir::Value column, mlir::Value sum)>;
  void addStores(StoreSum store);

private:
  int64_t alignmentOf(llvm::ArrayRef<mlir::AffineExpr> strides) const;
  llvm::SmallVector<mlir::AffineExpr> numbers() const;
  void addEntry(const std::string &name, const std::string &loop,
                llvm::ArrayRef<mlir::AffineExpr> blocks, int64_t threads, int64_t sharedBytes,
                mlir::IntegerAttr partials);

  mlir::ModuleOp module;
  mlir::func::FuncOp kernel;
  ProductShape shape;
  mlir::MLIRContext *context;
  const Machine machine = gpuMachine();
  LoopChoice choice;
};

} // namespace mdc::lower
