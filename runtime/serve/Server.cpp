#include "runtime/serve/Server.h"

#include "runtime/exec/Manifest.h"
#include "runtime/serve/Address.h"
#include "runtime/serve/HttpServer.h"
#include "runtime/serve/Log.h"
#include "runtime/serve/Metadata.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <malloc.h>
#include <memory>
#include <thread>
#include <vector>

namespace mdc::serve {

namespace {

// Large request buffers go back to the system when they are freed, and threads share few heaps, so
// memory after many odd requests is what it was before them.
void limitHeap() {
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 256 << 10);
  mallopt(M_ARENA_MAX, 2);
}

int refuse(const std::string &error) {
  std::fprintf(stderr, "error: %s\n", error.c_str());
  return 1;
}

HttpLimits limitsFor(const MdcModel &model, const ServeOptions &options, unsigned contexts) {
  constexpr uint64_t keptLeast = 64 << 10, keptMost = 1 << 20, envelopeBytes = 4 << 10;
  constexpr uint64_t allBodiesLeast = 64 << 20, fewest = 4; // of the largest bodies
  HttpLimits limits;
  limits.bodyBytes = options.maxBodyBytes ? options.maxBodyBytes : largestBodyBytes(model);
  limits.keptBodyBytes = std::clamp(largestInputBytes(model) + envelopeBytes, keptLeast, keptMost);
  // A full queue of binary requests fits; of larger ones, such as JSON text, fewer may wait.
  uint64_t queued =
      (uint64_t(options.queueMax) + contexts) * (largestInputBytes(model) + envelopeBytes);
  uint64_t largest = std::min(limits.bodyBytes, std::numeric_limits<uint64_t>::max() / fewest);
  limits.allBodiesBytes = std::max({allBodiesLeast, queued, fewest * largest});
  return limits;
}

// First signal: drain. Second one: the operator does not want to wait.
void onSignals(net::signal_set &signals, Service &service, HttpServer &server) {
  signals.async_wait([&](ErrorCode code, int) {
    if (code)
      return;
    log(LogLevel::info, "draining");
    service.setReady(false);
    server.drain();
    // Default handling again, so that waiting for a second signal does not keep the event loop
    // alive.
    ErrorCode ignored;
    signals.clear(ignored);
  });
}

// Runs the event loop on `threads` threads, this one among them, until it is out of work.
void runThreads(net::io_context &io, unsigned threads) {
  auto run = [&io] {
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception &failure) {
        // The connection whose handler failed is gone; the others go on.
        log(LogLevel::warn, "connection failed", {{"reason", failure.what()}});
      }
    }
  };
  std::vector<std::thread> others;
  for (unsigned thread = 1; thread < threads; ++thread)
    others.emplace_back(run);
  run();
  for (std::thread &other : others)
    other.join();
}

void announce(const exec::Manifest &manifest, const net::ip::tcp::endpoint &address) {
  std::string url = "http://" + printAddress(address);
  std::printf("mdc: %s %s ready on %s\n", manifest.name.c_str(), manifest.version.c_str(),
              url.c_str());
  std::fflush(stdout);
  log(LogLevel::info, "ready",
      {{"model", manifest.name}, {"version", manifest.version}, {"address", url}});
}

} // namespace

int serve(const exec::Model &model, const ServeOptions &options) {
  limitHeap();
  startLog();
  exec::Manifest manifest;
  std::string error;
  net::ip::tcp::endpoint endpoint;
  if (!exec::parseManifest(model.manifest(), manifest, error) ||
      !parseAddress(options.http, endpoint, error))
    return refuse(error);

  std::unique_ptr<exec::Device> device = exec::openDevice(model, options.device);
  unsigned contexts = options.contexts ? options.contexts : device->contexts();
  std::vector<std::unique_ptr<Slot>> slots;
  std::vector<Slot *> freeSlots;
  for (unsigned index = 0; index < contexts; ++index)
    freeSlots.push_back(slots.emplace_back(std::make_unique<Slot>(model, *device)).get());

  Service service(model.table(), manifest, *device);
  // One thread more than can compute at once, so health and metrics are answered under any load.
  unsigned eventThreads = contexts + 1;
  net::io_context io(static_cast<int>(eventThreads));
  Queue queue(freeSlots, options.queueMax, service.metrics(),
              [&io](std::function<void()> work) { net::post(io, std::move(work)); });
  HttpServer server(io, service, queue, limitsFor(model.table(), options, contexts));
  if (!server.listen(endpoint, error))
    return refuse(error);
  net::signal_set signals(io, SIGTERM, SIGINT);
  onSignals(signals, service, server);
  service.setReady(true);
  server.accept();
  announce(manifest, server.address());
  runThreads(io, eventThreads);
  log(LogLevel::info, "stopped");
  return 0;
}

} // namespace mdc::serve
