#include "runtime/tool/DeviceFlags.h"

#include <CLI/CLI.hpp>

namespace mdc::tool {

void addDeviceFlags(CLI::App &command, exec::DeviceOptions &options) {
  command
      .add_option("--device", options.device,
                  "GPU to compute on, counted from 0 as the driver does (CUDA_VISIBLE_DEVICES)")
      ->envname("MDC_DEVICE")
      ->capture_default_str();
}

} // namespace mdc::tool
