// What the endpoints answer. Takes a request as text and bytes, knows no sockets and no queue.
#pragma once

#include "runtime/exec/Device.h"
#include "runtime/exec/Manifest.h"
#include "runtime/serve/Answer.h"
#include "runtime/serve/InferResponse.h"
#include "runtime/serve/Metrics.h"
#include "runtime/serve/Routes.h"
#include "runtime/serve/Slot.h"

#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace mdc::serve {

// Views into what the connection has read.
struct Request {
  std::string_view method;
  std::string_view target;
  std::string_view contentType;
  std::string_view contentEncoding;
  std::string_view inferenceHeaderBytes; // Inference-Header-Content-Length; empty: absent
  std::span<const std::byte> body;       // with bodyPaddingBytes behind it
};

class Service {
public:
  Service(const MdcModel &model, const exec::Manifest &manifest, const exec::Device &device);

  // Routes and answers everything but inference. False: `request` is an inference that passed the
  // checks of its header; the caller passes it to infer() once it has a slot.
  bool answer(const Request &request, Route &route, Answer &answer);

  // Parses, computes and answers.
  void infer(Slot &slot, const Request &request, const Route &route, Answer &answer);

  // Readiness as the health endpoints tell it; never again after the device failed.
  void setReady(bool ready) { ready_.store(ready); }
  Metrics &metrics() { return metrics_; }

private:
  bool checkModel(const Route &route, Answer &answer) const;
  bool checkContent(const Request &request, Answer &answer) const;
  void describe(const Route &route, Answer &answer) const;
  void answerReady(const Route &route, Answer &answer) const;
  unsigned inferOip(Slot &slot, const Request &request, Answer &answer);
  unsigned inferPredict(Slot &slot, const Request &request, Answer &answer);
  template <class Parsed> bool compute(Slot &slot, const Parsed &parsed);

  const MdcModel &model_;
  ModelName name_;
  Metrics metrics_;
  std::atomic<bool> ready_{false};
  // A device that failed stays so for this process: it is neither ready nor live any more, and
  // whoever watches it starts another.
  std::atomic<bool> deviceFailed_{false};
  std::string serverMetadata_, modelMetadata_, servingStatus_, openApi_;
};

} // namespace mdc::serve
