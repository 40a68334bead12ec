#include "runtime/tool/DeviceFlags.h"

#include <CLI/CLI.hpp>

namespace mdc::tool {

void addDeviceFlags(CLI::App &command, exec::DeviceOptions &options) {
  command
      .add_option("--threads", options.threads, "threads for kernels; 0: the CPUs of the cgroup")
      ->envname("MDC_THREADS")
      ->check(CLI::Range(0u, 4096u));
  command.add_option("--isa", options.isa, "force an instruction level: v3, v4 or vnni")
      ->envname("MDC_ISA")
      ->check(CLI::IsMember({"v3", "v4", "vnni"}));
}

} // namespace mdc::tool
