#include "runtime/exec/Context.h"

#include "runtime/exec/AlignedBuffer.h"
#include "runtime/exec/ContextState.h"
#include "runtime/exec/Isa.h"
#include "runtime/exec/Padding.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace mdc::exec {
namespace {

// One graph input or output of the bound request.
struct BoundTensor {
  Shape shape;       // the request's
  Shape kernelShape; // what the kernels read or write
  size_t bytes = 0;  // of `shape`
  size_t kernelBytes = 0;
  std::byte *arena = nullptr;
  bool direct = true;    // the client's bytes are the first ones in the arena
  AlignedBuffer staging; // holds them where not
};

} // namespace

namespace {

// Adds its lifetime to a sum of seconds; null: measures nothing.
class StepClock {
public:
  explicit StepClock(double *seconds) : seconds_(seconds) {
    if (seconds_)
      start_ = std::chrono::steady_clock::now();
  }
  ~StepClock() {
    if (seconds_)
      *seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  double *seconds_;
  std::chrono::steady_clock::time_point start_;
};

} // namespace

struct Context::State {
  const Model &model;
  const MdcModel &table;
  MdcContext abi;
  AlignedBuffer arena;
  std::vector<MdcKernel> kernels;            // per region
  std::vector<std::vector<void *>> operands; // per variant, in step order
  std::vector<BoundTensor> inputs, outputs;

  const MdcVariant *variant = nullptr;
  Dims dims, kernelDims;
  std::vector<int64_t> values, kernelValues; // what MdcVariant.shape writes for either
  std::vector<int64_t> stepExtents;

  State(const Model &model, ThreadPool &pool, MdcIsa isa) : model(model), table(model.table()) {
    abi.pool = &pool;
    for (uint32_t region = 0; region < table.regionCount; ++region)
      kernels.push_back(entryFor(table.regions[region], isa));
    uint64_t arenaBytes = 0;
    for (uint32_t index = 0; index < table.variantCount; ++index)
      arenaBytes = std::max(arenaBytes, table.variants[index].arenaBytes);
    arena.reserve(arenaBytes);
    for (uint32_t index = 0; index < table.variantCount; ++index)
      operands.push_back(operandPointers(table.variants[index]));
    inputs.resize(table.inputCount);
    outputs.resize(table.outputCount);
  }

  std::vector<void *> operandPointers(const MdcVariant &of) const {
    std::vector<void *> pointers;
    for (uint32_t index = 0; index < of.operandCount; ++index) {
      const MdcOperand &operand = of.operands[index];
      // Kernels take one kind of pointer; weights are mapped read-only, a store into one would
      // trap.
      std::byte *base =
          operand.place == MDC_ARENA ? arena.data() : const_cast<std::byte *>(model.weights());
      pointers.push_back(base + operand.offset);
    }
    return pointers;
  }

  void computeExtents() {
    kernelDims.resize(dims.size());
    for (size_t dim = 0; dim < dims.size(); ++dim)
      kernelDims[dim] = variant->padded[dim] ? variant->dims[dim] : dims[dim];
    values.resize(variant->valueCount);
    kernelValues.resize(variant->valueCount);
    if (variant->valueCount > 0) {
      variant->shape(dims.data(), values.data());
      variant->shape(kernelDims.data(), kernelValues.data());
    }
    stepExtents.resize(variant->stepExtentCount);
    for (uint32_t index = 0; index < variant->stepExtentCount; ++index)
      stepExtents[index] = kernelValues[variant->stepExtents[index]];
  }

  void bindTensor(const MdcSignature &signature, const MdcTensor &tensor, BoundTensor &bound) {
    bound.shape.resize(signature.rank);
    bound.kernelShape.resize(signature.rank);
    for (uint32_t index = 0; index < signature.rank; ++index) {
      const MdcAxis &axis = tensor.axes[index];
      bound.kernelShape[index] = axis.slot >= 0 ? kernelValues[axis.slot] : axis.extent;
      if (signature.dims[index] >= 0)
        bound.shape[index] = dims[signature.dims[index]];
      else
        bound.shape[index] = axis.slot >= 0 ? values[axis.slot] : axis.extent;
    }
    size_t elementBytes = typeBytes(signature.type);
    bound.bytes = elementCount(bound.shape) * elementBytes;
    bound.kernelBytes = elementCount(bound.kernelShape) * elementBytes;
    bound.arena = arena.data() + tensor.offset;
    bound.direct = isPrefix(bound.shape, bound.kernelShape);
    if (!bound.direct)
      bound.staging.reserve(bound.bytes);
  }

  // Rows past the request's extent are zero, so that kernels never compute on what a former request
  // left.
  void padInput(const BoundTensor &bound, const MdcSignature &signature) {
    if (bound.direct) {
      std::memset(bound.arena + bound.bytes, 0, bound.kernelBytes - bound.bytes);
      return;
    }
    std::memset(bound.arena, 0, bound.kernelBytes);
    copyCommonBlock(bound.arena, bound.kernelShape, bound.staging.data(), bound.shape,
                    typeBytes(signature.type));
  }

  std::vector<double> *regionSeconds = nullptr;

  bool runSteps() {
    void *const *pointers = operands[variant - table.variants].data();
    for (uint32_t index = 0; index < variant->stepCount; ++index) {
      const MdcStep &step = variant->steps[index];
      StepClock clock(regionSeconds ? &(*regionSeconds)[step.region] : nullptr);
      kernels[step.region](pointers + step.firstOperand, stepExtents.data() + step.firstExtent,
                           &abi);
      if (abi.indexFailed.load(std::memory_order_relaxed))
        return false;
    }
    return true;
  }
};

Context::Context(const Model &model, ThreadPool &pool, MdcIsa isa)
    : state_(new State(model, pool, isa)) {}

Context::~Context() { delete state_; }

bool Context::bind(std::span<const Shape> inputShapes, std::string &error) {
  State &state = *state_;
  state.variant = nullptr;
  if (!solveDims(state.table, inputShapes, state.dims, error))
    return false;
  const MdcVariant *variant = chooseVariant(state.table, state.dims, error);
  if (!variant)
    return false;
  state.variant = variant;
  state.computeExtents();
  for (uint32_t index = 0; index < state.table.inputCount; ++index) {
    const MdcSignature &signature = state.table.inputs[index];
    BoundTensor &bound = state.inputs[index];
    state.bindTensor(signature, variant->inputs[index], bound);
    // Only an axis that is an expression of dimensions can still differ here.
    if (bound.shape != inputShapes[index]) {
      error = "input '" + std::string(signature.name) + "' has shape " +
              shapeText(inputShapes[index]) + ", expected " + shapeText(bound.shape) +
              " with these dimensions";
      return false;
    }
  }
  for (uint32_t index = 0; index < state.table.outputCount; ++index)
    state.bindTensor(state.table.outputs[index], variant->outputs[index], state.outputs[index]);
  return true;
}

std::span<std::byte> Context::input(size_t index) {
  BoundTensor &bound = state_->inputs[index];
  return {bound.direct ? bound.arena : bound.staging.data(), bound.bytes};
}

bool Context::run(std::string &error) {
  State &state = *state_;
  for (uint32_t index = 0; index < state.table.inputCount; ++index)
    state.padInput(state.inputs[index], state.table.inputs[index]);
  state.abi.indexFailed.store(false, std::memory_order_relaxed);
  if (!state.runSteps()) {
    int64_t extent = state.abi.badIndexExtent;
    error = "index " + std::to_string(state.abi.badIndex) + " is out of range, expected " +
            std::to_string(-extent) + " to " + std::to_string(extent - 1);
    return false;
  }
  for (uint32_t index = 0; index < state.table.outputCount; ++index) {
    BoundTensor &bound = state.outputs[index];
    if (!bound.direct)
      copyCommonBlock(bound.staging.data(), bound.shape, bound.arena, bound.kernelShape,
                      typeBytes(state.table.outputs[index].type));
  }
  return true;
}

std::span<const std::byte> Context::output(size_t index) const {
  const BoundTensor &bound = state_->outputs[index];
  return {bound.direct ? bound.arena : bound.staging.data(), bound.bytes};
}

void Context::timeRegions(std::vector<double> *seconds) {
  if (seconds)
    seconds->assign(state_->table.regionCount, 0);
  state_->regionSeconds = seconds;
}

const Shape &Context::outputShape(size_t index) const { return state_->outputs[index].shape; }

} // namespace mdc::exec
