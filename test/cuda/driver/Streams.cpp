// Streams, events, capture and graphs.
#include "State.h"

using namespace mdc::fake;

namespace mdc::fake {

Result enqueue(Stream *stream, Operation operation) {
  if (!state().streams.contains(stream))
    return invalidHandle; // the default stream is not supported either
  if (!stream->capture)
    stream->waiting.push_back(std::move(operation));
  else if (stream->captureThread != std::this_thread::get_id())
    return captureWrongThread;
  else
    stream->capture->operations.push_back(std::move(operation));
  return success;
}

Result drain(Stream &stream) {
  while (!stream.waiting.empty() && state().failure == success) {
    Operation next = std::move(stream.waiting.front());
    stream.waiting.pop_front();
    state().failure = next();
  }
  return state().failure;
}

Result drainAll() {
  for (auto &[stream, owner] : state().streams)
    drain(*stream);
  return state().failure;
}

} // namespace mdc::fake

MDC_FAKE_API cuStreamCreate(Stream **stream, unsigned flags) {
  MDC_FAKE_ENTER(context);
  if (flags > 1)
    return invalidValue;
  auto made = std::make_unique<Stream>();
  *stream = made.get();
  state().streams[*stream] = std::move(made);
  return success;
}

MDC_FAKE_API cuStreamDestroy_v2(Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (!state().streams.contains(stream))
    return invalidHandle;
  Result result = drain(*stream);
  state().streams.erase(stream);
  return result;
}

MDC_FAKE_API cuStreamSynchronize(Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (!state().streams.contains(stream))
    return invalidHandle;
  return stream->capture ? captureUnsupported : drain(*stream);
}

MDC_FAKE_API cuStreamBeginCapture_v2(Stream *stream, unsigned mode) {
  MDC_FAKE_ENTER(context);
  if (!state().streams.contains(stream))
    return invalidHandle;
  if (mode > 2 || stream->capture)
    return invalidValue;
  stream->capture = std::make_unique<Graph>();
  stream->captureThread = std::this_thread::get_id();
  return success;
}

MDC_FAKE_API cuStreamEndCapture(Stream *stream, Graph **graph) {
  MDC_FAKE_ENTER(context);
  if (!state().streams.contains(stream) || !stream->capture)
    return invalidValue;
  if (stream->captureThread != std::this_thread::get_id())
    return captureWrongThread;
  *graph = stream->capture.get();
  state().graphs[*graph] = std::move(stream->capture);
  return success;
}

MDC_FAKE_API cuGraphInstantiateWithFlags(Graph **executable, Graph *graph, unsigned long long) {
  MDC_FAKE_ENTER(context);
  if (!state().graphs.contains(graph))
    return invalidValue;
  auto made = std::make_unique<Graph>(*graph);
  *executable = made.get();
  state().executables[*executable] = std::move(made);
  ++state().instantiations;
  return success;
}

MDC_FAKE_API cuGraphDestroy(Graph *graph) {
  MDC_FAKE_ENTER(context);
  return state().graphs.erase(graph) ? success : invalidValue;
}

MDC_FAKE_API cuGraphExecDestroy(Graph *executable) {
  MDC_FAKE_ENTER(context);
  return state().executables.erase(executable) ? success : invalidValue;
}

MDC_FAKE_API cuGraphLaunch(Graph *executable, Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (!state().executables.contains(executable))
    return invalidValue;
  if (!state().streams.contains(stream))
    return invalidHandle;
  if (stream->capture)
    return captureUnsupported;
  ++state().graphLaunches;
  for (const Operation &operation : executable->operations)
    stream->waiting.push_back(operation);
  return success;
}

MDC_FAKE_API cuEventCreate(Event **event, unsigned flags) {
  MDC_FAKE_ENTER(context);
  auto made = std::make_unique<Event>();
  made->isTimed = (flags & 2) == 0;
  *event = made.get();
  state().events[*event] = std::move(made);
  return success;
}

MDC_FAKE_API cuEventDestroy_v2(Event *event) {
  MDC_FAKE_ENTER(context);
  if (Result failed = drainAll()) // pending records refer to it
    return failed;
  return state().events.erase(event) ? success : invalidHandle;
}

MDC_FAKE_API cuEventRecord(Event *event, Stream *stream) {
  MDC_FAKE_ENTER(context);
  if (!state().events.contains(event) || !state().streams.contains(stream))
    return invalidHandle;
  if (stream->capture) // the real one orders by it, but cannot time it: nobody here wants that
    return captureUnsupported;
  ++event->records;
  return enqueue(stream, [event] {
    event->time = std::chrono::steady_clock::now();
    ++event->done;
    return success;
  });
}

MDC_FAKE_API cuEventSynchronize(Event *event) {
  MDC_FAKE_ENTER(context);
  if (!state().events.contains(event))
    return invalidHandle;
  return event->done == event->records ? success : drainAll();
}

MDC_FAKE_API cuEventElapsedTime(float *milliseconds, Event *start, Event *end) {
  MDC_FAKE_ENTER(context);
  for (Event *event : {start, end})
    if (!state().events.contains(event) || !event->isTimed || event->records == 0)
      return invalidHandle;
  if (start->done != start->records || end->done != end->records)
    return notReady;
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return success;
}
