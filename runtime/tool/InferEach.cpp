// Many requests of one shape in one run: labelled sets and recorded inputs.
#include "runtime/tool/InferEach.h"

#include "runtime/base/Npz.h"
#include "runtime/tool/Arrays.h"

#include <algorithm>

namespace mdc::tool {
namespace {

// A request's inputs as parts of the arrays that hold them all.
class Requests {
public:
  explicit Requests(const std::vector<base::Array> &arrays) : arrays_(arrays) {}

  bool check(std::string &error) {
    for (const base::Array &array : arrays_) {
      if (array.shape.empty() || array.shape.front() < 1) {
        error = "input '" + array.name + "' is " + exec::shapeText(array.shape) +
                ", expected a leading axis of one request each";
        return false;
      }
      if (array.shape.front() != arrays_.front().shape.front()) {
        error = "input '" + array.name + "' holds " + std::to_string(array.shape.front()) +
                " requests, but '" + arrays_.front().name + "' holds " +
                std::to_string(arrays_.front().shape.front());
        return false;
      }
    }
    if (arrays_.empty())
      error = "the model has no input, expected one that counts the requests";
    return !arrays_.empty();
  }

  int64_t count() const { return arrays_.front().shape.front(); }

  std::vector<exec::Shape> shapes() const {
    std::vector<exec::Shape> shapes;
    for (const base::Array &array : arrays_)
      shapes.emplace_back(array.shape.begin() + 1, array.shape.end());
    return shapes;
  }

  void copy(int64_t request, exec::Context &context) const {
    for (size_t index = 0; index < arrays_.size(); ++index) {
      std::span<std::byte> into = context.input(index);
      const std::byte *from = arrays_[index].bytes.data() + request * into.size();
      std::copy(from, from + into.size(), into.begin());
    }
  }

private:
  const std::vector<base::Array> &arrays_;
};

// The same output of all requests, one after the other.
class StackedOutputs {
public:
  StackedOutputs(const MdcModel &table, const exec::Context &context, int64_t requests)
      : table_(table), outputs_(table.outputCount) {
    for (uint32_t index = 0; index < table.outputCount; ++index) {
      outputs_[index].shape = {requests};
      const exec::Shape &shape = context.outputShape(index);
      outputs_[index].shape.insert(outputs_[index].shape.end(), shape.begin(), shape.end());
    }
  }

  void append(const exec::Context &context) {
    for (uint32_t index = 0; index < table_.outputCount; ++index) {
      std::span<const std::byte> bytes = context.output(index);
      std::vector<std::byte> &all = outputs_[index].bytes;
      all.insert(all.end(), bytes.begin(), bytes.end());
    }
  }

  bool write(const std::string &path, std::string &error) const {
    std::vector<base::ArrayView> views;
    for (uint32_t index = 0; index < table_.outputCount; ++index)
      views.push_back({table_.outputs[index].name, table_.outputs[index].type,
                       outputs_[index].shape, outputs_[index].bytes});
    return base::writeNpz(path, views, error);
  }

private:
  const MdcModel &table_;
  std::vector<base::Array> outputs_;
};

} // namespace

bool inferEach(const MdcModel &table, exec::Context &context, const InferOptions &options,
               std::string &error) {
  std::vector<base::Array> inputs;
  if (!readInputs(table, options.inputs, inputs, error))
    return false;
  Requests requests(inputs);
  if (!requests.check(error) || !context.bind(requests.shapes(), error))
    return false;
  StackedOutputs outputs(table, context, requests.count());
  for (int64_t request = 0; request < requests.count(); ++request) {
    requests.copy(request, context);
    if (!context.run(error)) {
      error = "request " + std::to_string(request) + ": " + error;
      return false;
    }
    outputs.append(context);
  }
  return outputs.write(options.outputs, error);
}

} // namespace mdc::tool
