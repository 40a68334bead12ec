// The instruction level that a process runs its kernels at: chosen once, at start.
#pragma once

#include "mdc/abi.h"

#include <string>
#include <string_view>

namespace mdc::cpu {

// Strongest level of this CPU whose registers the operating system saves (CPUID and XGETBV).
MdcIsa detectIsa();

// "v3", "v4" or "vnni".
std::string_view isaName(MdcIsa isa);

// Chooses the level for `model`: the strongest that the CPU has and the model was compiled for, or
// the `forced` one ("v3", "v4", "vnni"; empty: none). A float model, which has no kernels of its
// own for vnni, accepts it and runs its v4 kernels. False and one sentence when the CPU or the
// model lacks the level.
bool chooseIsa(const MdcModel &model, std::string_view forced, MdcIsa &isa, std::string &error);

// Entry of `region` for a level: its own or the next weaker one; null when it has none.
MdcKernel entryFor(const MdcRegion &region, MdcIsa isa);

} // namespace mdc::cpu
