// What code generation needs to know of the instruction set that it writes for.
#pragma once

#include "mdc/abi.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <vector>

namespace mdc::lower {

// Values are computed as vectors of this many lanes on every level, so that sums are taken in one
// order; a level with narrower registers uses several for each.
inline constexpr int64_t kLanes = 16;

struct Machine {
  MdcIsa isa;
  llvm::StringRef name;     // "v3"
  llvm::StringRef cpu;      // LLVM's -mcpu
  llvm::StringRef features; // LLVM's -mattr
  int64_t vectorRegisters;  // architectural
  int64_t registerLanes;    // f32 lanes of one register
  bool byteDots;            // vpdpbusd: sums of four products of bytes in each i32 lane
  bool isGpu = false;       // a parallel round is one thread's, or that of a group of threads
};

// Threads of a group on a GPU, a warp: they share a row that is reduced.
inline constexpr int64_t kGroupThreads = 32;

// Threads of a block on a GPU.
inline constexpr int64_t kBlockThreads = 256;

// What loops for a GPU are emitted for; none of machineOf's levels.
Machine gpuMachine();

// By name ("v3", "v4", "vnni"); nothing for another.
std::optional<Machine> machineOf(llvm::StringRef name);

// Those of `levels` that a region is compiled for: a level that differs from the one below in
// byteDots alone only where the region multiplies bytes. The runtime takes the level below else.
std::vector<Machine> levelsFor(llvm::ArrayRef<Machine> levels, bool multipliesBytes);

} // namespace mdc::lower
