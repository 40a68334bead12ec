#include "runtime/tool/Arrays.h"

#include "runtime/base/Half.h"
#include "runtime/base/Npz.h"
#include "runtime/exec/Padding.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace mdc::tool {
namespace {

bool splitAssignment(const std::string &text, std::string &name, std::string &value) {
  size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0)
    return false;
  name = text.substr(0, equals);
  value = text.substr(equals + 1);
  return true;
}

const MdcSignature *findInput(const MdcModel &model, const std::string &name) {
  for (uint32_t index = 0; index < model.inputCount; ++index)
    if (name == model.inputs[index].name)
      return &model.inputs[index];
  return nullptr;
}

std::string inputNames(const MdcModel &model) {
  std::string names;
  for (uint32_t index = 0; index < model.inputCount; ++index)
    names += std::string(index ? ", '" : "'") + model.inputs[index].name + "'";
  return names;
}

bool readFiles(const MdcModel &model, const InputOptions &options, std::vector<base::Array> &arrays,
               std::string &error) {
  for (const std::string &assignment : options.files) {
    std::string name, path;
    if (!splitAssignment(assignment, name, path) || !findInput(model, name)) {
      error = "unknown input '" + (name.empty() ? assignment : name) + "', expected one of " +
              inputNames(model) + " as NAME=FILE.npy";
      return false;
    }
    base::Array array;
    if (!base::readNpyFile(path, array, error))
      return false;
    array.name = name;
    arrays.push_back(std::move(array));
  }
  return options.archive.empty() || base::readNpz(options.archive, arrays, error);
}

std::string arrayNames(const std::vector<base::Array> &arrays) {
  std::string names;
  for (const base::Array &array : arrays)
    if (!array.name.empty())
      names += (names.empty() ? "'" : ", '") + array.name + "'";
  return names.empty() ? "no array" : names;
}

bool parseDims(const MdcModel &model, const std::vector<std::string> &assignments, exec::Dims &dims,
               std::string &error) {
  std::string known;
  for (uint32_t dim = 0; dim < model.dimCount; ++dim) {
    dims.push_back(model.dims[dim].max);
    known += (dim ? ", " : "") + std::string(model.dims[dim].name);
  }
  for (const std::string &assignment : assignments) {
    std::string name, value;
    splitAssignment(assignment, name, value);
    uint32_t dim = 0;
    while (dim < model.dimCount && name != model.dims[dim].name)
      ++dim;
    int64_t extent = 0;
    auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), extent);
    if (dim == model.dimCount || failed != std::errc() || end != value.data() + value.size()) {
      error = "bad dimension '" + assignment + "', expected NAME=EXTENT with one of: " +
              (known.empty() ? "(the model has no open dimension)" : known);
      return false;
    }
    if (extent < model.dims[dim].min || extent > model.dims[dim].max) {
      error = "dimension '" + name + "' is " + value + ", expected " +
              std::to_string(model.dims[dim].min) + " to " + std::to_string(model.dims[dim].max);
      return false;
    }
    dims[dim] = extent;
  }
  return true;
}

// splitmix64: the same numbers on every machine, unlike the standard library's distributions.
class Random {
public:
  uint64_t next() {
    uint64_t value = (state_ += 0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
  }
  // Uniform in [-1, 1), a multiple of 2^-23, so exact as a float.
  double unit() { return static_cast<double>(next() >> 40) * 0x1p-23 - 1.0; }

private:
  uint64_t state_ = 0;
};

template <class T> void store(std::vector<std::byte> &bytes, size_t index, T value) {
  std::memcpy(bytes.data() + index * sizeof(T), &value, sizeof(T));
}

void fill(base::Array &array, Random &random) {
  size_t elementBytes = exec::typeBytes(array.type);
  size_t count = array.bytes.size() / elementBytes;
  for (size_t index = 0; index < count; ++index) {
    if (array.type == MDC_F32)
      store(array.bytes, index, static_cast<float>(random.unit()));
    else if (array.type == MDC_F64)
      store(array.bytes, index, random.unit());
    else if (array.type == MDC_F16)
      store(array.bytes, index, base::floatToHalf(static_cast<float>(random.unit())));
    else if (array.type == MDC_BF16)
      store(array.bytes, index, base::floatToBfloat16(static_cast<float>(random.unit())));
    else // the lowest byte of a little-endian integer
      array.bytes[index * elementBytes] = static_cast<std::byte>(random.next() >> 63);
  }
}

} // namespace

bool readInputs(const MdcModel &model, const InputOptions &options,
                std::vector<base::Array> &inputs, std::string &error) {
  std::vector<base::Array> arrays;
  if (!readFiles(model, options, arrays, error))
    return false;
  for (uint32_t index = 0; index < model.inputCount; ++index) {
    const MdcSignature &signature = model.inputs[index];
    std::string type(exec::typeName(signature.type));
    auto found = std::find_if(arrays.begin(), arrays.end(), [&](const base::Array &array) {
      return array.name == signature.name;
    });
    if (found == arrays.end()) {
      error = "input '" + std::string(signature.name) + "' is missing, expected " + type + " " +
              exec::signatureShape(model, signature) + "; the files hold " + arrayNames(arrays);
      return false;
    }
    if (found->type != signature.type) {
      error = "input '" + std::string(signature.name) + "' is " +
              std::string(exec::typeName(found->type)) + ", expected " + type;
      return false;
    }
    inputs.push_back(std::move(*found));
  }
  return true;
}

bool seedInputs(const MdcModel &model, const std::vector<std::string> &assignments,
                std::vector<base::Array> &inputs, std::string &error) {
  exec::Dims dims;
  if (!parseDims(model, assignments, dims, error))
    return false;
  const MdcVariant *variant = exec::chooseVariant(model, dims, error);
  if (!variant)
    return false;
  std::vector<int64_t> values(variant->valueCount);
  if (!values.empty())
    variant->shape(dims.data(), values.data());
  Random random;
  for (uint32_t index = 0; index < model.inputCount; ++index) {
    const MdcSignature &signature = model.inputs[index];
    base::Array array;
    array.name = signature.name;
    array.type = signature.type;
    for (uint32_t axis = 0; axis < signature.rank; ++axis) {
      const MdcAxis &bound = variant->inputs[index].axes[axis];
      int64_t fixed = bound.slot >= 0 ? values[bound.slot] : bound.extent;
      array.shape.push_back(signature.dims[axis] >= 0 ? dims[signature.dims[axis]] : fixed);
    }
    array.bytes.resize(exec::elementCount(array.shape) * exec::typeBytes(array.type));
    fill(array, random);
    inputs.push_back(std::move(array));
  }
  return true;
}

bool bindInputs(exec::Context &context, const std::vector<base::Array> &inputs,
                std::string &error) {
  std::vector<exec::Shape> shapes;
  for (const base::Array &array : inputs)
    shapes.push_back(array.shape);
  return context.bind(shapes, error);
}

void copyInputs(exec::Context &context, const std::vector<base::Array> &inputs) {
  for (size_t index = 0; index < inputs.size(); ++index)
    std::copy(inputs[index].bytes.begin(), inputs[index].bytes.end(), context.input(index).begin());
}

} // namespace mdc::tool
