// One execution context: an engine of the device and the state of the request that runs in it.
#pragma once

#include "runtime/exec/Binding.h"
#include "runtime/exec/Device.h"
#include "runtime/exec/Model.h"

#include <span>
#include <string>
#include <vector>

namespace mdc::exec {

// Not thread-safe; one request at a time. After construction nothing allocates in bind() and run()
// beyond what the first request of a shape needed.
class Context {
public:
  // Throws DeviceError where the device has no room for one more.
  Context(const Model &model, Device &device);
  ~Context();
  Context(const Context &) = delete;
  Context &operator=(const Context &) = delete;

  // Checks the inputs' shapes against the signature, solves the model's dims, chooses the smallest
  // variant that fits and computes the output shapes. False and one sentence (input, what was
  // given, what was expected) when a rank or extent does not fit, two inputs disagree on a
  // dimension or one is too large.
  bool bind(std::span<const Shape> inputShapes, std::string &error);

  // Valid after bind(): dense row-major bytes of input i at the request's true shape, to be filled.
  std::span<std::byte> input(size_t index);

  // Runs the bound variant. False and one sentence when a kernel reported an index out of range.
  // Throws DeviceError when the device failed.
  bool run(std::string &error);

  // Valid after run(): dense row-major bytes and shape of output i at the request's true shape.
  std::span<const std::byte> output(size_t index) const;
  const Shape &outputShape(size_t index) const;

  // From now on run() adds the seconds of each step to (*seconds)[its region]; null: stop.
  void timeRegions(std::vector<double> *seconds);

  // As of Engine.
  void timeRuns(bool on);
  double deviceSeconds() const;

private:
  struct State;
  State *state_;
};

} // namespace mdc::exec
