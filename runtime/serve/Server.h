// The HTTP inference server of one model.
#pragma once

#include "runtime/exec/Device.h"

#include <cstdint>
#include <string>

namespace mdc::serve {

// The `[serve]` table of the deployment spec after flags and environment have overridden it.
struct ServeOptions {
  std::string http =
      "0.0.0.0:8080";        // numeric ADDRESS:PORT or [IPV6]:PORT; port 0 takes any free one
  unsigned contexts = 0;     // requests that compute at once; 0: as many as the device asks for
  unsigned queueMax = 256;   // requests that may wait for a context; one more is answered 503
  uint64_t maxBodyBytes = 0; // of one request; 0: derived from the largest inputs
  exec::DeviceOptions device;
};

// Serves `model` until SIGTERM or SIGINT, then finishes what is in flight. Prints one line with the
// address on stdout once it is ready. Returns the exit code: 0 after a drain, 1 for an address that
// cannot be bound. Throws DeviceError where the device cannot be used.
int serve(const exec::Model &model, const ServeOptions &options);

// Asks the server at `address` (as in ServeOptions::http; an unspecified host means loopback)
// whether it is ready. Returns 0 if so, else 1 with one sentence on stderr.
int health(const std::string &address);

} // namespace mdc::serve
