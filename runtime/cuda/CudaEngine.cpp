#include "runtime/cuda/CudaEngine.h"

#include "runtime/cuda/TensorMaps.h"

#include <algorithm>
#include <cstring>

namespace mdc::cuda {
namespace {

// Of open extents; variants without any need one each.
constexpr size_t keptGraphs = 32;

constexpr size_t aligned(size_t bytes) {
  return (bytes + MDC_CUDA_ALIGNMENT - 1) / MDC_CUDA_ALIGNMENT * MDC_CUDA_ALIGNMENT;
}

size_t tensorBytes(const MdcSignature &signature, const MdcTensor &tensor,
                   std::span<const int64_t> values) {
  size_t bytes = exec::typeBytes(signature.type);
  for (uint32_t index = 0; index < signature.rank; ++index) {
    const MdcAxis &axis = tensor.axes[index];
    bytes *= static_cast<size_t>(axis.slot >= 0 ? values[axis.slot] : axis.extent);
  }
  return bytes;
}

// Work that is put on the stream while this lives is recorded, not run.
class Capture {
public:
  Capture(const Driver &driver, StreamHandle stream) : driver_(driver), stream_(stream) {
    driver.check(driver.streamBeginCapture(stream, captureThreadLocal), "capturing the model");
  }
  ~Capture() {
    if (open_) // something threw; the driver hands out what there is so far, or nothing
      end();
  }
  Graph finish() {
    open_ = false;
    GraphHandle graph = nullptr;
    driver_.check(driver_.streamEndCapture(stream_, &graph), "capturing the model");
    return {driver_, graph};
  }

private:
  void end() {
    GraphHandle graph = nullptr;
    if (driver_.streamEndCapture(stream_, &graph) == success && graph)
      driver_.graphDestroy(graph);
  }

  const Driver &driver_;
  StreamHandle stream_;
  bool open_ = true;
};

} // namespace

CudaEngine::CudaEngine(CudaModel &model)
    : model_(model), driver_(model.driver()), table_(model.table()), layout_(arenaLayout(table_)),
      arena_(model.allocate(layout_.bytes, "one more context")), stream_(makeStream(driver_)),
      start_(makeEvent(driver_, eventDefault)), end_(makeEvent(driver_, eventDefault)),
      variants_(table_.variantCount), graphs_(keptGraphs + table_.variantCount) {
  size_t pinnedBytes = 0;
  for (uint32_t index = 0; index < table_.variantCount; ++index)
    pinnedBytes = std::max(pinnedBytes, layOut(table_.variants[index], variants_[index]));
  pinned_ = allocatePinned(driver_, pinnedBytes + MDC_SLACK);
  std::memset(pinned_.get(), 0, pinnedBytes + MDC_SLACK);
  clearStatus();
  driver_.check(driver_.streamSynchronize(stream_.get()), "preparing a context");
}

CudaEngine::~CudaEngine() = default;

size_t CudaEngine::layOut(const MdcVariant &variant, VariantPlaces &places) const {
  size_t at = aligned(sizeof(MdcCudaStatus));
  for (uint32_t index = 0; index < table_.inputCount; ++index) {
    places.inputs.push_back(at);
    at += aligned(variant.inputs[index].maxBytes);
  }
  for (uint32_t index = 0; index < table_.outputCount; ++index) {
    places.outputs.push_back(at);
    at += aligned(variant.outputs[index].maxBytes);
  }
  for (uint32_t index = 0; index < variant.operandCount; ++index) {
    const MdcOperand &operand = variant.operands[index];
    Address base = operand.place == MDC_ARENA ? arena_.get() : model_.weights();
    places.operands.push_back(base + operand.offset);
  }
  return at;
}

std::byte *CudaEngine::input(uint32_t variant, uint32_t index) {
  return pinned() + variants_[variant].inputs[index];
}

std::byte *CudaEngine::output(uint32_t variant, uint32_t index) {
  return pinned() + variants_[variant].outputs[index];
}

bool CudaEngine::run(uint32_t variant, std::span<const int64_t> values, std::string &error) {
  model_.makeCurrent();
  if (statusIsSet_)
    clearStatus();
  if (regionSeconds_)
    runTimed(variant, values);
  else
    runGraph(variant, values);
  if (!status().failed)
    return true;
  statusIsSet_ = true;
  error = exec::indexSentence(status().index, status().extent);
  return false;
}

void CudaEngine::clearStatus() {
  driver_.check(
      driver_.setBytes(arena_.get() + layout_.statusAt, 0, sizeof(MdcCudaStatus), stream_.get()),
      "clearing the status");
  statusIsSet_ = false;
}

void CudaEngine::runGraph(uint32_t variant, std::span<const int64_t> values) {
  GraphExecHandle graph = graphFor(variant, values);
  if (runsAreTimed_)
    driver_.check(driver_.eventRecord(start_.get(), stream_.get()), "timing the model");
  driver_.check(driver_.graphLaunch(graph, stream_.get()), "launching the model");
  if (runsAreTimed_)
    driver_.check(driver_.eventRecord(end_.get(), stream_.get()), "timing the model");
  driver_.check(driver_.streamSynchronize(stream_.get()), "running the model");
}

GraphExecHandle CudaEngine::graphFor(uint32_t variant, std::span<const int64_t> values) {
  if (GraphExecHandle known = graphs_.find(variant, values))
    return known;
  Capture capture(driver_, stream_.get());
  copyInputs(variant, values);
  launchSteps(variant, values);
  copyOutputs(variant, values);
  Graph graph = capture.finish();
  GraphExecHandle executable = nullptr;
  driver_.check(driver_.graphInstantiate(&executable, graph.get(), 0), "preparing the model");
  graphs_.add(variant, values, GraphExec(driver_, executable));
  return executable;
}

void CudaEngine::copyInputs(uint32_t variant, std::span<const int64_t> values) {
  for (uint32_t index = 0; index < table_.inputCount; ++index) {
    const MdcTensor &tensor = table_.variants[variant].inputs[index];
    size_t bytes = tensorBytes(table_.inputs[index], tensor, values);
    if (bytes > 0)
      driver_.check(driver_.copyToDevice(arena_.get() + tensor.offset, input(variant, index), bytes,
                                         stream_.get()),
                    "copying an input");
  }
}

void CudaEngine::copyOutputs(uint32_t variant, std::span<const int64_t> values) {
  for (uint32_t index = 0; index < table_.outputCount; ++index) {
    const MdcTensor &tensor = table_.variants[variant].outputs[index];
    size_t bytes = tensorBytes(table_.outputs[index], tensor, values);
    if (bytes > 0)
      driver_.check(driver_.copyToHost(output(variant, index), arena_.get() + tensor.offset, bytes,
                                       stream_.get()),
                    "copying an output");
  }
  driver_.check(driver_.copyToHost(&status(), arena_.get() + layout_.statusAt,
                                   sizeof(MdcCudaStatus), stream_.get()),
                "copying the status");
}

// Launches are in the order of their steps; a step may have none.
void CudaEngine::launchSteps(uint32_t variant, std::span<const int64_t> values) {
  const MdcCudaVariant &launches = model_.code().variants[variant];
  uint32_t next = 0;
  for (uint32_t step = 0; step < table_.variants[variant].stepCount; ++step) {
    recordStep(step);
    fillWords(variant, step, values);
    for (; next < launches.launchCount && launches.launches[next].step == step; ++next)
      launch(launches.launches[next], values);
  }
  recordStep(table_.variants[variant].stepCount);
}

void CudaEngine::fillWords(uint32_t variant, uint32_t index, std::span<const int64_t> values) {
  const MdcStep &step = table_.variants[variant].steps[index];
  const Address *operands = variants_[variant].operands.data() + step.firstOperand;
  const uint32_t *extents = table_.variants[variant].stepExtents + step.firstExtent;
  words_.assign(operands, operands + step.operandCount);
  for (uint32_t extent = 0; extent < step.extentCount; ++extent)
    words_.push_back(static_cast<uint64_t>(values[extents[extent]]));
  words_.push_back(arena_.get() + layout_.statusAt);
}

void CudaEngine::launch(const MdcCudaLaunch &launch, std::span<const int64_t> values) {
  if (!model_.isLoaded(launch.kernel))
    return;
  unsigned grid[3];
  for (int axis = 0; axis < 3; ++axis) {
    int64_t extent = launch.grid[axis];
    grid[axis] =
        static_cast<unsigned>(extent < 0 ? values[static_cast<size_t>(-1 - extent)] : extent);
    if (grid[axis] == 0)
      return;
  }
  const MdcCudaKernel &kernel = model_.code().kernels[launch.kernel];
  const size_t wordCount = words_.size();
  if (launch.mapCount > 0)
    appendTensorMaps(driver_, launch, values, words_);
  // The driver takes as many bytes as the kernel declares and places them: a parameter of 64-byte
  // alignment lies behind a gap, which the form of one buffer for all of them would have to hold.
  void *parameters[] = {words_.data()};
  Result result = driver_.launchKernel(model_.function(launch.kernel), grid[0], grid[1], grid[2],
                                       kernel.threads, 1, 1, kernel.sharedBytes, stream_.get(),
                                       parameters, nullptr);
  words_.resize(wordCount);
  if (result != success)
    driver_.check(result, (std::string("launching kernel ") + kernel.name).c_str());
}

void CudaEngine::timeRegions(std::vector<double> *seconds) {
  model_.makeCurrent();
  regionSeconds_ = seconds;
  stepEvents_.clear();
  uint32_t steps = 0;
  for (uint32_t index = 0; seconds && index < table_.variantCount; ++index)
    steps = std::max(steps, table_.variants[index].stepCount + 1);
  for (uint32_t step = 0; step < steps; ++step)
    stepEvents_.push_back(makeEvent(driver_, eventDefault));
}

void CudaEngine::recordStep(uint32_t step) {
  if (regionSeconds_)
    driver_.check(driver_.eventRecord(stepEvents_[step].get(), stream_.get()), "timing a step");
}

// Without a graph, whose nodes cannot be told apart in time. A step that the device finishes before
// the next one was launched shows the time of that launch.
void CudaEngine::runTimed(uint32_t variant, std::span<const int64_t> values) {
  copyInputs(variant, values);
  launchSteps(variant, values);
  copyOutputs(variant, values);
  driver_.check(driver_.streamSynchronize(stream_.get()), "running the model");
  const MdcVariant &of = table_.variants[variant];
  for (uint32_t step = 0; step < of.stepCount; ++step) {
    float milliseconds = 0;
    driver_.check(
        driver_.eventElapsed(&milliseconds, stepEvents_[step].get(), stepEvents_[step + 1].get()),
        "timing a step");
    (*regionSeconds_)[of.steps[step].region] += milliseconds * 1e-3;
  }
}

double CudaEngine::deviceSeconds() const {
  if (!runsAreTimed_ || regionSeconds_)
    return 0;
  float milliseconds = 0;
  driver_.check(driver_.eventElapsed(&milliseconds, start_.get(), end_.get()), "timing the model");
  return milliseconds * 1e-3;
}

} // namespace mdc::cuda
