#include "runtime/serve/TensorJson.h"

#include "runtime/serve/JsonWriter.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace mdc::serve {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;

// BOOL in memory: one byte, apart from uint8_t because it reads and prints as true and false.
enum class Boolean : uint8_t { no = 0, yes = 1 };

// Calls visit(T{}) with the C++ type of an MdcType's elements; false for a type without one.
template <class Visit> bool withElementType(uint32_t type, Visit visit) {
  switch (type) {
  case MDC_F32:
    return visit(float{});
  case MDC_F64:
    return visit(double{});
  case MDC_F16:
    return visit(_Float16{});
  case MDC_I8:
    return visit(int8_t{});
  case MDC_I16:
    return visit(int16_t{});
  case MDC_I32:
    return visit(int32_t{});
  case MDC_I64:
    return visit(int64_t{});
  case MDC_U8:
    return visit(uint8_t{});
  case MDC_U16:
    return visit(uint16_t{});
  case MDC_U32:
    return visit(uint32_t{});
  case MDC_U64:
    return visit(uint64_t{});
  case MDC_BOOL:
    return visit(Boolean{});
  default:
    return false;
  }
}

template <class T>
constexpr bool isFloat = std::is_floating_point_v<T> || std::is_same_v<T, _Float16>;

bool readElement(const element &value, Boolean &result) {
  bool truth;
  if (value.get_bool().get(truth) == simdjson::SUCCESS) {
    result = truth ? Boolean::yes : Boolean::no;
    return true;
  }
  int64_t number;
  if (!value.is_int64() || value.get_int64().get(number) || number < 0 || number > 1)
    return false;
  result = number ? Boolean::yes : Boolean::no;
  return true;
}

// A finite number that would round to infinity is refused: the client did not mean infinity.
template <class T>
  requires isFloat<T>
bool readElement(const element &value, T &result) {
  double number;
  if (value.get_double().get(number) != simdjson::SUCCESS)
    return false;
  result = static_cast<T>(number);
  return std::isfinite(static_cast<double>(result));
}

template <class T>
  requires std::is_integral_v<T>
bool readElement(const element &value, T &result) {
  if constexpr (std::is_same_v<T, uint64_t>) {
    return value.get_uint64().get(result) == simdjson::SUCCESS;
  } else {
    int64_t number;
    if (value.get_int64().get(number) != simdjson::SUCCESS)
      return false;
    result = static_cast<T>(number);
    return static_cast<int64_t>(result) == number;
  }
}

// Walks the arrays of one `data` and stores elements at `next`.
template <class T> class TensorReader {
public:
  TensorReader(uint32_t type, const exec::Shape &shape, std::span<std::byte> bytes,
               std::string &error)
      : type_(type), shape_(shape), bytes_(bytes), error_(error), count_(bytes.size() / sizeof(T)) {
  }

  bool read(const element &data) {
    array values;
    if (data.get_array().get(values) != simdjson::SUCCESS)
      return shape_.empty() ? store(data) : refuse(data, "an array for ");
    element first;
    bool nests = values.at(0).get(first) == simdjson::SUCCESS && first.is_array();
    if (!nests)
      return readRow(values, static_cast<int64_t>(count_));
    return readLevel(values, 0);
  }

private:
  bool readLevel(const array &values, size_t axis) {
    if (axis + 1 >= shape_.size())
      return readRow(values, shape_.empty() ? 1 : shape_.back());
    int64_t extent = 0;
    for (element value : values) {
      array inner;
      if (value.get_array().get(inner) != simdjson::SUCCESS)
        return refuse(value, "an array nested as ");
      if (++extent > shape_[axis])
        break;
      if (!readLevel(inner, axis + 1))
        return false;
    }
    return extent == shape_[axis] || refuseExtent(axis, extent > shape_[axis], extent);
  }

  bool readRow(const array &values, int64_t expected) {
    int64_t count = 0;
    for (element value : values) {
      if (++count > expected)
        break;
      if (!store(value))
        return false;
    }
    if (count == expected)
      return true;
    error_ = "has data of " + std::string(count > expected ? "more than " : "") +
             std::to_string(count > expected ? expected : count) + " elements where " +
             std::to_string(expected) + " belong; expected " + describeTensor(type_, shape_) +
             ", flat or nested as its shape";
    return false;
  }

  bool store(const element &value) {
    T result;
    if (next_ >= count_ || !readElement(value, result))
      return refuse(value, "");
    std::memcpy(bytes_.data() + next_++ * sizeof(T), &result, sizeof(T));
    return true;
  }

  bool refuse(const element &value, const char *form) {
    error_ = "has " + quoteForError(simdjson::to_string(value)) + " as element " +
             std::to_string(next_) + " of its data; expected " + form +
             describeTensor(type_, shape_);
    return false;
  }

  bool refuseExtent(size_t axis, bool more, int64_t extent) {
    error_ = "has data with " + std::string(more ? "more than " : "") +
             std::to_string(more ? shape_[axis] : extent) + " entries along axis " +
             std::to_string(axis) + "; expected " + std::to_string(shape_[axis]) + " for " +
             describeTensor(type_, shape_);
    return false;
  }

  uint32_t type_;
  const exec::Shape &shape_;
  std::span<std::byte> bytes_;
  std::string &error_;
  size_t count_;
  size_t next_ = 0;
};

template <class T> char *printElement(char *at, char *end, T value) {
  if constexpr (std::is_same_v<T, Boolean>) {
    std::string_view word = value == Boolean::no ? "false" : "true";
    std::memcpy(at, word.data(), word.size());
    return at + word.size();
  } else if constexpr (isFloat<T>) {
    if (!std::isfinite(static_cast<double>(value))) {
      std::string_view word = std::isnan(static_cast<double>(value)) ? "NaN"
                              : value > T(0)                         ? "Infinity"
                                                                     : "-Infinity";
      std::memcpy(at, word.data(), word.size());
      return at + word.size();
    }
    using Printed = std::conditional_t<std::is_same_v<T, double>, double, float>;
    return std::to_chars(at, end, static_cast<Printed>(value)).ptr;
  } else {
    return std::to_chars(at, end, value).ptr;
  }
}

} // namespace

std::string describeTensor(uint32_t type, const exec::Shape &shape) {
  std::string text(exec::typeName(type));
  text += '[';
  for (size_t axis = 0; axis < shape.size(); ++axis)
    text += (axis ? "," : "") + std::to_string(shape[axis]);
  return text + ']';
}

std::string_view jsonRefusal(uint32_t type) {
  return type == MDC_BF16 ? "BF16 has no JSON form; use the binary tensor extension" : "";
}

bool readTensor(const element &data, uint32_t type, const exec::Shape &shape,
                std::span<std::byte> bytes, std::string &error) {
  if (auto refusal = jsonRefusal(type); !refusal.empty()) {
    error = "has JSON data, but " + std::string(refusal);
    return false;
  }
  return withElementType(type, [&](auto zero) {
    return TensorReader<decltype(zero)>(type, shape, bytes, error).read(data);
  });
}

exec::Shape measureShape(const element &data) {
  exec::Shape shape;
  element at = data;
  array values;
  while (at.get_array().get(values) == simdjson::SUCCESS) {
    int64_t extent = 0;
    for ([[maybe_unused]] element value : values)
      ++extent;
    shape.push_back(extent);
    if (values.at(0).get(at) != simdjson::SUCCESS)
      break;
  }
  return shape;
}

void appendElements(std::string &out, uint32_t type, std::span<const std::byte> bytes) {
  withElementType(type, [&](auto zero) {
    using T = decltype(zero);
    // Elements gather in a block of the stack: appending each alone costs more than printing it.
    constexpr size_t longestElement = 32;
    char block[4096];
    char *at = block;
    for (size_t offset = 0; offset < bytes.size(); offset += sizeof(T)) {
      T value;
      std::memcpy(&value, bytes.data() + offset, sizeof(T));
      if (offset)
        *at++ = ',';
      at = printElement(at, std::end(block), value);
      if (at + longestElement + 1 > std::end(block)) {
        out.append(block, at);
        at = block;
      }
    }
    out.append(block, at);
    return true;
  });
}

void appendNested(std::string &out, uint32_t type, std::span<const int64_t> shape,
                  std::span<const std::byte> bytes) {
  if (shape.empty())
    return appendElements(out, type, bytes);
  out += '[';
  if (shape.size() == 1) {
    appendElements(out, type, bytes);
  } else if (shape[0] > 0) {
    size_t stride = bytes.size() / static_cast<size_t>(shape[0]);
    for (int64_t row = 0; row < shape[0]; ++row) {
      if (row)
        out += ',';
      appendNested(out, type, shape.subspan(1),
                   bytes.subspan(static_cast<size_t>(row) * stride, stride));
    }
  }
  out += ']';
}

} // namespace mdc::serve
