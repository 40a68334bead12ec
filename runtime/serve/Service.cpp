#include "runtime/serve/Service.h"

#include "runtime/serve/JsonWriter.h"
#include "runtime/serve/Log.h"
#include "runtime/serve/Metadata.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <optional>

namespace mdc::serve {

namespace {

std::string_view mediaType(std::string_view contentType) {
  std::string_view type = contentType.substr(0, contentType.find(';'));
  while (type.ends_with(' '))
    type.remove_suffix(1);
  return type;
}

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// What clients send for JSON in practice; curl's default for --data is the urlencoded form.
bool isTakenType(std::string_view type) {
  for (std::string_view taken : {"", "application/json", "application/octet-stream", "text/plain",
                                 "application/x-www-form-urlencoded", "text/json"})
    if (equalsIgnoringCase(type, taken))
      return true;
  return type.ends_with("+json");
}

// False for a value that is no number.
bool parseHeaderBytes(std::string_view text, std::optional<uint64_t> &bytes) {
  if (text.empty())
    return true;
  uint64_t value;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size())
    return false;
  bytes = value;
  return true;
}

} // namespace

Service::Service(const MdcModel &model, const exec::Manifest &manifest, const exec::Device &device)
    : model_(model), name_{manifest.name, manifest.version},
      metrics_(buildLabels(manifest, device.name()), device.memoryBytes()),
      serverMetadata_(serverMetadata(manifest)),
      modelMetadata_(modelMetadata(model, manifest, device.name())),
      servingStatus_(servingStatus(manifest)), openApi_(openApi(manifest)) {}

bool Service::answer(const Request &request, Route &route, Answer &answer) {
  answer.begin();
  route = findRoute(request.target);
  if (route.endpoint == Endpoint::none) {
    answer.fail(404, "unknown path " + quoteForError(request.target) +
                         "; GET /openapi.json lists the paths");
    return true;
  }
  bool isGet = request.method == "GET" || request.method == "HEAD";
  if (route.takesPost() ? request.method != "POST" : !isGet) {
    answer.fail(405, "method " + quoteForError(request.method) + " on " +
                         quoteForError(request.target) + "; expected " +
                         (route.takesPost() ? "POST" : "GET"));
    answer.extraHeader = route.takesPost() ? "Allow: POST\r\n" : "Allow: GET, HEAD\r\n";
    return true;
  }
  if (!checkModel(route, answer))
    return true;
  if (route.takesPost())
    return !checkContent(request, answer);
  describe(route, answer);
  return true;
}

bool Service::checkModel(const Route &route, Answer &answer) const {
  if (!route.model.empty() && !segmentIs(route.model, name_.name)) {
    answer.fail(404,
                "unknown model " + quoteForError(route.model) + "; expected '" + name_.name + "'");
    return false;
  }
  if (!route.version.empty() && !segmentIs(route.version, name_.version)) {
    answer.fail(404, "unknown version " + quoteForError(route.version) + " of model '" +
                         name_.name + "'; expected '" + name_.version + "'");
    return false;
  }
  return true;
}

bool Service::checkContent(const Request &request, Answer &answer) const {
  std::string_view type = mediaType(request.contentType);
  if (!isTakenType(type)) {
    answer.fail(415, "content type " + quoteForError(type) +
                         "; expected application/json or application/octet-stream");
    return false;
  }
  if (!request.contentEncoding.empty() &&
      !equalsIgnoringCase(request.contentEncoding, "identity")) {
    answer.fail(415, "content encoding " + quoteForError(request.contentEncoding) +
                         "; expected a body without encoding");
    return false;
  }
  return true;
}

void Service::describe(const Route &route, Answer &answer) const {
  std::string &out = answer.content();
  switch (route.endpoint) {
  case Endpoint::serverMetadata:
    out += serverMetadata_;
    return;
  case Endpoint::live:
    if (deviceFailed_)
      answer.status = 503;
    out += deviceFailed_ ? "{\"live\":false}" : "{\"live\":true}";
    return;
  case Endpoint::modelMetadata:
    out += modelMetadata_;
    return;
  case Endpoint::modelStatus:
    out += servingStatus_;
    return;
  case Endpoint::openApi:
    out += openApi_;
    return;
  case Endpoint::metrics:
    answer.contentType = "text/plain; version=0.0.4";
    metrics_.append(out);
    return;
  case Endpoint::ready:
  case Endpoint::modelReady:
    return answerReady(route, answer);
  case Endpoint::infer:
  case Endpoint::predict:
  case Endpoint::none:
    return; // answered elsewhere
  }
}

void Service::answerReady(const Route &route, Answer &answer) const {
  bool ready = ready_.load() && !deviceFailed_.load();
  if (!ready)
    answer.status = 503;
  std::string &out = answer.content();
  if (route.endpoint == Endpoint::modelReady) {
    out += "{\"name\":";
    appendJsonString(out, name_.name);
    out += ",\"ready\":";
  } else {
    out += "{\"live\":true,\"ready\":";
  }
  out += ready ? "true" : "false";
  if (deviceFailed_)
    out += ",\"error\":\"the device failed; expected a restart of this server\"";
  else if (!ready)
    out += ",\"error\":\"the server is stopping; expected requests at another replica\"";
  out += '}';
}

void Service::infer(Slot &slot, const Request &request, const Route &route, Answer &answer) {
  answer.begin();
  slot.error.clear();
  unsigned status = 500;
  try {
    status = route.endpoint == Endpoint::infer ? inferOip(slot, request, answer)
                                               : inferPredict(slot, request, answer);
  } catch (const std::bad_alloc &) {
    slot.error = "no memory left for this request; expected a smaller one, or more memory";
  } catch (const exec::DeviceError &failure) {
    slot.error = failure.what();
    if (!deviceFailed_.exchange(true))
      log(LogLevel::warn, "the device failed", {{"reason", failure.what()}});
  }
  if (status != 200)
    answer.fail(status, slot.error);
  slot.oip.clear();
  slot.predict.clear();
}

template <class Parsed> bool Service::compute(Slot &slot, const Parsed &parsed) {
  if (!slot.context.bind(parsed.shapes(), slot.error))
    return false;
  for (uint32_t index = 0; index < model_.inputCount; ++index)
    if (!parsed.decode(index, slot.context.input(index), slot.error))
      return false;
  auto start = Clock::now();
  bool done = slot.context.run(slot.error);
  metrics_.compute.observe(Clock::now() - start);
  if (metrics_.deviceMemoryBytes > 0)
    metrics_.device.observe(std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(slot.context.deviceSeconds())));
  return done;
}

unsigned Service::inferOip(Slot &slot, const Request &request, Answer &answer) {
  std::optional<uint64_t> headerBytes;
  if (!parseHeaderBytes(request.inferenceHeaderBytes, headerBytes)) {
    slot.error = "Inference-Header-Content-Length is " +
                 quoteForError(request.inferenceHeaderBytes) +
                 "; expected the number of bytes of the JSON in front of the tensors";
    return 400;
  }
  bool done = slot.oip.parse(request.body, headerBytes, slot.error) && compute(slot, slot.oip) &&
              writeOipResponse(model_, name_, slot.oip, slot.context, answer, slot.error);
  return done ? 200 : 400;
}

unsigned Service::inferPredict(Slot &slot, const Request &request, Answer &answer) {
  if (!slot.predict.parse(request.body, slot.error) || !compute(slot, slot.predict))
    return 400;
  bool isRowForm = slot.predict.isRowForm();
  int64_t rows = isRowForm ? slot.predict.shapes()[0][0] : 0;
  bool done = writePredictResponse(model_, isRowForm, rows, slot.context, answer, slot.error);
  return done ? 200 : 400;
}

} // namespace mdc::serve
