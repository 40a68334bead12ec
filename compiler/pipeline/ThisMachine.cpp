#include "compiler/pipeline/ThisMachine.h"

#include "llvm/ADT/STLExtras.h"

namespace mdc::pipeline {

static constexpr llvm::StringLiteral levels[] = {"below v3", "v3", "v4", "vnni"}; // weakest first

llvm::StringRef levelOfThisMachine() {
  if (__builtin_cpu_supports("x86-64-v4"))
    return __builtin_cpu_supports("avx512vnni") ? "vnni" : "v4";
  return __builtin_cpu_supports("x86-64-v3") ? "v3" : "below v3";
}

bool runsOnThisMachine(llvm::StringRef level) {
  return llvm::find(levels, level) <= llvm::find(levels, levelOfThisMachine());
}

} // namespace mdc::pipeline
