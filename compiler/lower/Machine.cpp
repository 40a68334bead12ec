#include "compiler/lower/Machine.h"

namespace mdc::lower {

std::optional<Machine> machineOf(llvm::StringRef name) {
  if (name == "v3")
    return Machine{MDC_ISA_V3, "v3", "x86-64-v3", "", 16, 8, false};
  if (name == "v4")
    return Machine{MDC_ISA_V4, "v4", "x86-64-v4", "-prefer-256-bit", 32, 16, false};
  if (name == "vnni")
    return Machine{MDC_ISA_VNNI, "vnni", "x86-64-v4", "+avx512vnni,-prefer-256-bit", 32, 16, true};
  return std::nullopt;
}

Machine gpuMachine() {
  Machine machine{MDC_ISA_V3, "cuda", "", "", 255, 1, false};
  machine.isGpu = true;
  return machine;
}

std::vector<Machine> levelsFor(llvm::ArrayRef<Machine> levels, bool multipliesBytes) {
  std::vector<Machine> chosen;
  for (const Machine &level : levels)
    if (multipliesBytes || !level.byteDots)
      chosen.push_back(level);
  return chosen;
}

} // namespace mdc::lower
