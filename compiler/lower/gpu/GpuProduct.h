// What products of matrices and convolutions on a GPU share: entries that call a main loop of
// runtime/cuda/kernels, and the stores that it calls with its sums.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include "compiler/lower/gpu/GpuLaunch.h"
#include "compiler/lower/gpu/MainLoops.h"
#include "compiler/lower/kernels/MatmulShape.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
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
  // Of a product whose left rows are windows of an input: the numbers of MdcConv, but for `splits`.
  // `leftStrides` say nothing then.
  llvm::SmallVector<mlir::AffineExpr> windows = {};
};

// What a launch of an entry needs beside what the entry says.
struct EntryFacts {
  MdcCudaHome home = MDC_CUDA_ALL;
  llvm::SmallVector<TileMap, 2> maps = {}; // of the addresses that are mapped, in their order
};

// What a region needs beside its kernels.
struct GpuProduct {
  std::string loop;                        // "f32_64x64 splits 2", for reports
  llvm::SmallVector<int64_t> scratchBytes; // of the buffers behind the results
  llvm::StringMap<EntryFacts> entries;     // by name; others need nothing
};

// Adds the kernels of a region whose root a main loop takes, named after `symbol`, to `module`; see
// emitGpuMatmul and emitGpuConv. None for other regions, and nothing is added.
std::optional<GpuProduct> emitGpuProduct(mlir::ModuleOp module, mlir::func::FuncOp kernel,
                                         llvm::StringRef symbol);

// What a main loop calls the operands of `product`: "f32", "tf32", "f16", "bf16", or "u8s8" and
// "s8u8" where one is unsigned; empty for other types.
std::string loopElement(mlir::Operation *product, mlir::Type left, mlir::Type right);

// Of the sums of such products: i32 of bytes, else f32.
mlir::Type sumType(llvm::StringRef element, mlir::MLIRContext *context);

// Whether every result has the shape of `root`, so that its sums are stored from where they are.
bool resultsFollow(mlir::func::FuncOp kernel, mlir::Value root);

// A function at the end of the module.
mlir::func::FuncOp addFunction(mlir::ModuleOp module, llvm::StringRef name,
                               llvm::ArrayRef<mlir::Type> types = {},
                               llvm::ArrayRef<mlir::Type> results = {});

// Batch entries as two loops, one inside the other, and the strides of operands in them: axes that
// lie in every operand as one longer axis would are one.
struct BatchLoops {
  mlir::AffineExpr inner;                                        // extent
  llvm::SmallVector<std::array<mlir::AffineExpr, 2>, 3> strides; // of each operand: outer, inner
};
// `strides[axis]` are those of the operands along an axis of `extents`. Nothing where more than two
// loops are left.
std::optional<BatchLoops>
joinBatches(llvm::ArrayRef<mlir::AffineExpr> extents,
            llvm::ArrayRef<llvm::SmallVector<mlir::AffineExpr, 3>> strides, size_t operands,
            mlir::MLIRContext *context);

// What the elements that lie together begin at a multiple of, in every line of the operand: bytes,
// up to 16. `strides` as of ProductShape; operands start at multiples of more.
int64_t alignmentOf(const std::array<mlir::AffineExpr, 4> &strides, mlir::AffineExpr lines,
                    int64_t elementBytes);

// A view for TMA of an operand of products of 16-bit elements or bytes, if its rows begin at
// multiples of 16 bytes. Boxes have 128 bytes of the depth by the tile's lines or, of 16-bit
// elements that lie across the depth, 64 lines by 64 elements of it. `strides` as of ProductShape.
struct MappedOperand {
  unsigned number;
  std::array<mlir::AffineExpr, 4> strides;
  mlir::AffineExpr lines, depth; // extents
  int64_t tileLines;
};
std::optional<TileMap> tileMap(llvm::StringRef element, const MappedOperand &operand,
                               mlir::AffineExpr batches, mlir::AffineExpr innerBatches);

// An entry that calls a main loop.
struct LoopCall {
  std::string loop;
  llvm::SmallVector<int64_t, 3> operands;    // -1: none
  llvm::SmallVector<int64_t, 2> mapped = {}; // those of `operands` that come by tensor maps
  llvm::SmallVector<mlir::AffineExpr> numbers = {};
  llvm::SmallVector<mlir::AffineExpr> blocks = {};
  int64_t threads = 0, sharedBytes = 0;
};
void addEntry(mlir::ModuleOp module, mlir::func::FuncOp kernel, llvm::StringRef name,
              const LoopCall &call);

// The stores that a loop with sums of `sum` calls; store(emitter, batch, row, column, sum) writes
// one element, or two of neighbouring columns where `sum` is a vector.
using StoreSum = llvm::function_ref<void(RegionEmitter &, mlir::Value batch, mlir::Value row,
                                         mlir::Value column, mlir::Value sum)>;
// `pairs`: two sums are stored as a vector, not one after the other.
void addStores(mlir::ModuleOp module, mlir::func::FuncOp kernel, mlir::Type sum, StoreSum store,
               bool pairs = false);

// Where an element of a matmul's result lies: `rows` and `batch` are counted over their axes.
struct ProductIndex {
  mlir::Value batch, row, column;
};
Indices matmulIndices(RegionEmitter &emitter, const MatmulShape &shape, const ProductIndex &at);

// Stores the region's results from one sum of `root`, or from two of neighbouring columns.
void storeProduct(RegionEmitter &emitter, graph::MatmulOp root, const MatmulShape &shape,
                  const ProductIndex &at, mlir::Value sum);

class ProductEmitter {
public:
  ProductEmitter(mlir::ModuleOp module, mlir::func::FuncOp kernel, ProductShape shape);

  // Whether a grid of some main loop covers the product.
  bool takes();
  // Adds the entries SYMBOL_`first` and up: those for every device, and behind them the ones that
  // sm_90a has instead. Partial sums are one more buffer of `product`.
  void addEntries(llvm::StringRef symbol, unsigned first, GpuProduct &product);
  void addStores(StoreSum store, bool pairs = false);

private:
  struct Entries {
    LoopChoice choice;
    llvm::StringRef family; // of a loop's name, in front of the element: "sm90a_" or ""
    EntryFacts facts;
  };
  LoopKind kind() const { return shape.windows.empty() ? LoopKind::Matmul : LoopKind::Conv; }
  ProductExtents largestExtents() const;
  std::optional<llvm::SmallVector<TileMap, 2>> tileMaps(const MainLoop &loop) const;
  llvm::SmallVector<mlir::AffineExpr> numbers(int64_t splits) const;
  int64_t partialSumsBuffer(GpuProduct &product);
  void add(const Entries &entries, llvm::StringRef symbol, unsigned &next, GpuProduct &product);

  mlir::ModuleOp module;
  mlir::func::FuncOp kernel;
  ProductShape shape;
  mlir::MLIRContext *context;
  llvm::SmallVector<Entries, 2> ways; // for every device, and for sm_90a
  int64_t partialSums = -1;           // number of the buffer
};

} // namespace mdc::lower
