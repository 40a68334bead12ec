// Owners of what the driver hands out: each gives its one handle back when it ends. The context
// that the handle belongs to must be current then.
#pragma once

#include "runtime/cuda/Driver.h"

#include <utility>

namespace mdc::cuda {

template <class Handle, auto giveBack> class Owned {
public:
  Owned() = default;
  Owned(const Driver &driver, Handle handle) : driver_(&driver), handle_(handle) {}
  ~Owned() {
    if (handle_)
      (driver_->*giveBack)(handle_); // nothing is left to do where it fails
  }
  Owned(Owned &&other) noexcept
      : driver_(other.driver_), handle_(std::exchange(other.handle_, Handle{})) {}
  Owned &operator=(Owned &&other) noexcept {
    std::swap(driver_, other.driver_);
    std::swap(handle_, other.handle_);
    return *this;
  }

  Handle get() const { return handle_; }

private:
  const Driver *driver_ = nullptr;
  Handle handle_{};
};

using DeviceMemory = Owned<Address, &Driver::memoryFree>;
using PinnedMemory = Owned<void *, &Driver::hostFree>;
using Module = Owned<ModuleHandle, &Driver::moduleUnload>;
using Stream = Owned<StreamHandle, &Driver::streamDestroy>;
using Event = Owned<EventHandle, &Driver::eventDestroy>;
using Graph = Owned<GraphHandle, &Driver::graphDestroy>;
using GraphExec = Owned<GraphExecHandle, &Driver::graphExecDestroy>;

// Memory of the host that the device reads and writes without a copy in between.
PinnedMemory allocatePinned(const Driver &driver, size_t bytes);
Stream makeStream(const Driver &driver);
// `flags`: eventDefault or eventDisableTiming.
Event makeEvent(const Driver &driver, unsigned flags);

} // namespace mdc::cuda
