// What launches a kernel of a region on a GPU.
#pragma once

#include "mdc/cuda.h"
#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>
#include <string>

namespace mdc::lower {

// A view of an operand whose tiles a kernel copies; see MdcCudaMap. Numbers are over the region's
// symbols.
struct TileMap {
  uint32_t operand = 0;
  MdcType type = MDC_BF16;
  std::array<uint32_t, 2> box = {};
  std::array<mlir::AffineExpr, 4> extents;
  std::array<mlir::AffineExpr, 3> strides;
};

// The attribute of an entry's LLVM function that says so where its home is not MDC_CUDA_ALL.
inline constexpr llvm::StringLiteral kHomeAttr = "mdc-home", kGenericHome = "generic",
                                     kSpecificHome = "specific";

// One kernel, launched once when its region runs; in the order of the launches.
struct GpuLaunch {
  std::string kernel;                     // the entry's name
  std::array<mlir::AffineExpr, 3> blocks; // of the grid, over the region's symbols
  uint32_t threads = 0;                   // of a block
  uint32_t sharedBytes = 0;               // dynamic, of a block
  MdcCudaHome home = MDC_CUDA_ALL;        // images that define it
  llvm::SmallVector<TileMap, 2> maps = {};
};

} // namespace mdc::lower
