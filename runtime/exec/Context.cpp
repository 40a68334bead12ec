#include "runtime/exec/Context.h"

#include "runtime/exec/AlignedBuffer.h"
#include "runtime/exec/Padding.h"

#include <cstring>

namespace mdc::exec {
namespace {

// One graph input or output of the bound request.
struct BoundTensor {
  Shape shape;       // the request's
  Shape kernelShape; // what the kernels read or write
  size_t bytes = 0;  // of `shape`
  size_t kernelBytes = 0;
  std::byte *memory = nullptr; // of the engine
  bool direct = true;          // the client's bytes are the first ones of `memory`
  AlignedBuffer staging;       // holds them where not
};

} // namespace

struct Context::State {
  const MdcModel &table;
  std::unique_ptr<Engine> engine;
  std::vector<BoundTensor> inputs, outputs;

  const MdcVariant *variant = nullptr;
  Dims dims, kernelDims;
  std::vector<int64_t> values, kernelValues; // what MdcVariant.shape writes for either

  State(const Model &model, Device &device) : table(model.table()), engine(device.makeEngine()) {
    inputs.resize(table.inputCount);
    outputs.resize(table.outputCount);
  }

  uint32_t variantIndex() const { return static_cast<uint32_t>(variant - table.variants); }

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
  }

  void bindTensor(const MdcSignature &signature, const MdcTensor &tensor, std::byte *memory,
                  BoundTensor &bound) {
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
    bound.memory = memory;
    bound.direct = isPrefix(bound.shape, bound.kernelShape);
    if (!bound.direct)
      bound.staging.reserve(bound.bytes);
  }

  // Rows past the request's extent are zero, so that kernels never compute on what a former request
  // left.
  void padInput(const BoundTensor &bound, const MdcSignature &signature) {
    if (bound.direct) {
      std::memset(bound.memory + bound.bytes, 0, bound.kernelBytes - bound.bytes);
      return;
    }
    std::memset(bound.memory, 0, bound.kernelBytes);
    copyCommonBlock(bound.memory, bound.kernelShape, bound.staging.data(), bound.shape,
                    typeBytes(signature.type));
  }
};

Context::Context(const Model &model, Device &device) : state_(new State(model, device)) {}

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
    state.bindTensor(signature, variant->inputs[index],
                     state.engine->input(state.variantIndex(), index), bound);
    // Only an axis that is an expression of dimensions can still differ here.
    if (bound.shape != inputShapes[index]) {
      error = "input '" + std::string(signature.name) + "' has shape " +
              shapeText(inputShapes[index]) + ", expected " + shapeText(bound.shape) +
              " with these dimensions";
      return false;
    }
  }
  for (uint32_t index = 0; index < state.table.outputCount; ++index)
    state.bindTensor(state.table.outputs[index], variant->outputs[index],
                     state.engine->output(state.variantIndex(), index), state.outputs[index]);
  return true;
}

std::span<std::byte> Context::input(size_t index) {
  BoundTensor &bound = state_->inputs[index];
  return {bound.direct ? bound.memory : bound.staging.data(), bound.bytes};
}

bool Context::run(std::string &error) {
  State &state = *state_;
  for (uint32_t index = 0; index < state.table.inputCount; ++index)
    state.padInput(state.inputs[index], state.table.inputs[index]);
  if (!state.engine->run(state.variantIndex(), state.kernelValues, error))
    return false;
  for (uint32_t index = 0; index < state.table.outputCount; ++index) {
    BoundTensor &bound = state.outputs[index];
    if (!bound.direct)
      copyCommonBlock(bound.staging.data(), bound.shape, bound.memory, bound.kernelShape,
                      typeBytes(state.table.outputs[index].type));
  }
  return true;
}

std::span<const std::byte> Context::output(size_t index) const {
  const BoundTensor &bound = state_->outputs[index];
  return {bound.direct ? bound.memory : bound.staging.data(), bound.bytes};
}

void Context::timeRegions(std::vector<double> *seconds) {
  if (seconds)
    seconds->assign(state_->table.regionCount, 0);
  state_->engine->timeRegions(seconds);
}

void Context::timeRuns(bool on) { state_->engine->timeRuns(on); }

double Context::deviceSeconds() const { return state_->engine->deviceSeconds(); }

const Shape &Context::outputShape(size_t index) const { return state_->outputs[index].shape; }

std::string indexSentence(int64_t index, int64_t extent) {
  return "index " + std::to_string(index) + " is out of range, expected " +
         std::to_string(-extent) + " to " + std::to_string(extent - 1);
}

} // namespace mdc::exec
