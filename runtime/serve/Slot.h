// What one inference request needs while it is parsed and computed. There are as many as requests
// may compute at once, so memory does not grow with connections.
#pragma once

#include "runtime/exec/Context.h"
#include "runtime/serve/OipRequest.h"
#include "runtime/serve/PredictRequest.h"

#include <string>

namespace mdc::serve {

struct Slot {
  Slot(const exec::Model &model, exec::Device &device)
      : context(model, device), oip(model.table()), predict(model.table()) {
    context.timeRuns(true); // for the metrics
  }

  exec::Context context;
  OipRequest oip;
  PredictRequest predict;
  std::string error; // sentence of the last refusal; kept for its memory
};

} // namespace mdc::serve
