#include "State.h"

#include <cstdio>
#include <cstdlib>

namespace mdc::fake {
namespace {

std::string variable(const char *name, const char *otherwise) {
  const char *value = std::getenv(name);
  return value ? value : otherwise;
}

// Which thread's capture forbids its other calls (CU_STREAM_CAPTURE_MODE_THREAD_LOCAL).
bool capturesHere() {
  for (auto &[stream, owner] : state().streams)
    if (stream->capture && stream->captureThread == std::this_thread::get_id())
      return true;
  return false;
}

} // namespace

thread_local bool contextIsCurrent = false;

Settings::Settings()
    : fault(variable("MDC_FAKE_CUDA", "")), kernelFolders(variable("MDC_FAKE_CUDA_KERNELS", "")),
      logPath(variable("MDC_FAKE_CUDA_LOG", "")) {
  arch = static_cast<unsigned>(std::stoul(variable("MDC_FAKE_CUDA_ARCH", "80")));
  memoryBytes = std::stoull(variable("MDC_FAKE_CUDA_MEMORY", "1073741824"));
  devices = std::stoi(variable("MDC_FAKE_CUDA_DEVICES", "1"));
}

unsigned mostSharedBytes() {
  unsigned arch = state().settings.arch;
  if (arch == 80)
    return 163 << 10;
  return arch >= 90 ? 227 << 10 : 99 << 10;
}

State &state() {
  static struct Owner {
    State state;
    ~Owner() {
      writeLog(state);
      // What was not given back, as nothing can be after a failure.
      for (auto &[address, bytes] : state.deviceMemory)
        std::free(reinterpret_cast<void *>(address));
      for (auto &[start, bytes] : state.pinnedMemory)
        std::free(start);
    }
  } owner;
  return owner.state;
}

Entry::Entry(Needs needs) : lock(state().mutex), refusal(success) {
  if (!state().isInitialized)
    refusal = notInitialized;
  else if (state().failure != success)
    refusal = state().failure;
  else if (needs != Needs::initialization && (!contextIsCurrent || state().retained == 0))
    refusal = invalidContext;
  else if (needs == Needs::contextOutsideCapture && capturesHere())
    refusal = captureUnsupported;
}

void writeLog(const State &of) {
  if (of.settings.logPath.empty())
    return;
  std::FILE *file = std::fopen(of.settings.logPath.c_str(), "w");
  if (!file)
    return;
  std::fprintf(file, "{\"launches\":{");
  const char *comma = "";
  for (const auto &[name, count] : of.launches) {
    std::fprintf(file, "%s\"%s\":%llu", comma, name.c_str(),
                 static_cast<unsigned long long>(count));
    comma = ",";
  }
  auto number = [&](const char *name, uint64_t value) {
    std::fprintf(file, ",\"%s\":%llu", name, static_cast<unsigned long long>(value));
  };
  std::fprintf(file, "}");
  number("graph_launches", of.graphLaunches);
  number("graphs", of.instantiations);
  number("bytes_to_device", of.copiedToDevice);
  number("bytes_to_host", of.copiedToHost);
  number("peak_bytes", of.peakBytes);
  number("left", of.deviceMemory.size() + of.pinnedMemory.size() + of.modules.size() +
                     of.streams.size() + of.events.size() + of.graphs.size() +
                     of.executables.size() + static_cast<uint64_t>(of.retained));
  std::fprintf(file, "}\n");
  std::fclose(file);
}

} // namespace mdc::fake
