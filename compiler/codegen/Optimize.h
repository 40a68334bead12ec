// LLVM's pipeline as kernels want it.
#pragma once

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace mdc::codegen {

/// `unroll`: loops too, which kernels for CPUs have behind them.
void optimize(llvm::Module &module, llvm::TargetMachine &target, bool unroll);

} // namespace mdc::codegen
