// The flags that choose what a command computes on; `cpu/` and `cuda/` define their own.
#pragma once

#include "runtime/exec/Device.h"

namespace CLI {
class App;
}

namespace mdc::tool {

// Adds them to `command`, each with its environment variable.
void addDeviceFlags(CLI::App &command, exec::DeviceOptions &options);

} // namespace mdc::tool
