// The kernel dialect: the inside of one generated kernel.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/kernel/KernelDialect.h.inc"

namespace mdc::kernel {
// On a parallel loop, for GPUs: a group of threads runs each round.
inline constexpr llvm::StringLiteral kGroupAttr = "kernel.group";
// On a function, for GPUs: how many blocks of threads run it, over the kernel's extents.
// Along x, or along x, y and z.
inline constexpr llvm::StringLiteral kBlocksAttr = "kernel.blocks";
// There: the threads of a block, and its bytes of dynamic shared memory; 0 unless given.
inline constexpr llvm::StringLiteral kThreadsAttr = "kernel.threads";
inline constexpr llvm::StringLiteral kSharedBytesAttr = "kernel.shared_bytes";
} // namespace mdc::kernel

#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.h.inc"
