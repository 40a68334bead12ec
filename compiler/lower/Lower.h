// The stage: graph passes that form regions, and the lowering of one region to the LLVM dialect.
#pragma once

#include "compiler/lower/Layout.h"
#include "compiler/lower/Machine.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

namespace mdc::lower {

struct GraphOptions {
  bool fuse = true;             // false: one region for each op
  bool layout = true;           // false: everything row-major, no packed weights
  bool gpu = false;             // channels last, matrices of bytes along the depth
  std::string products = "f32"; // what products of f32 are computed in: f32, tf32, bf16, f16
};

// Registers every dialect that the stage reads and writes, and the translations to LLVM IR.
void registerDialects(mlir::DialectRegistry &registry);

// Brings imported graph ops to the form that compression works on: weights are constants of their
// readers, scales and shifts are in the convolutions, moves are absorbed.
void addSimplifyPasses(mlir::OpPassManager &passes);

// One function of fixed extents for each combination that `graph.variants` of a function lists,
// where rows are independent; see mdc-split-variants.
void addVariantPasses(mlir::OpPassManager &passes);

// The function that mdc-outline-constants makes: no arguments, results with a `graph.name` each.
inline constexpr llvm::StringLiteral kConstantsFunction = "constants";

// From simplified, perhaps compressed graph ops to graph.fused regions with layouts.
void addRegionPasses(mlir::OpPassManager &passes, const GraphOptions &options);

struct RegionOptions {
  bool reference = false; // plain loops for every root
};

// The loops alone, before they are lowered: what `symbol` computes, in scf, vector, memref, arith
// and math.
mlir::OwningOpRef<mlir::ModuleOp> emitKernel(mlir::func::FuncOp kernel, const Machine &machine,
                                             llvm::StringRef symbol,
                                             const RegionOptions &options = {});

// Lowers one kernel (a function of graph ops with graph.layout attributes) to an LLVM-dialect
// module that defines `symbol` with the signature MdcKernel. Null after an error was reported
// through MLIR's diagnostics.
mlir::OwningOpRef<mlir::ModuleOp> lowerRegion(mlir::func::FuncOp kernel, const Machine &machine,
                                              llvm::StringRef symbol,
                                              const RegionOptions &options = {});

// Whether the kernel's root adds up products of bytes, which a machine with byteDots does faster.
bool multipliesBytes(mlir::func::FuncOp kernel);

// The register tile of the kernel on `machine`, for reports; empty where the loops have none.
std::string tileOf(mlir::func::FuncOp kernel, const Machine &machine);

// Bytes of each scratch buffer that the kernel takes behind its results.
llvm::SmallVector<int64_t> scratchBytesOf(mlir::func::FuncOp kernel);

} // namespace mdc::lower
