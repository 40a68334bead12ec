#include "runtime/base/Npy.h"

#include "mdc/abi.h"

#include <charconv>
#include <cstring>
#include <string_view>

namespace mdc::base {
namespace {

struct NpyType {
  std::string_view code; // without the byte order
  uint32_t type;
  size_t bytes;
};

constexpr NpyType npyTypes[] = {
    {"f4", MDC_F32, 4},  {"f8", MDC_F64, 8}, {"f2", MDC_F16, 2}, {"V2", MDC_BF16, 2},
    {"i1", MDC_I8, 1},   {"i2", MDC_I16, 2}, {"i4", MDC_I32, 4}, {"i8", MDC_I64, 8},
    {"u1", MDC_U8, 1},   {"u2", MDC_U16, 2}, {"u4", MDC_U32, 4}, {"u8", MDC_U64, 8},
    {"b1", MDC_BOOL, 1},
};

constexpr std::string_view magic{"\x93NUMPY", 6};

// Text behind "'key':" in the header dictionary, or an empty view.
std::string_view valueOf(std::string_view header, std::string_view key) {
  for (char quote : {'\'', '"'}) {
    std::string quoted = quote + std::string(key) + quote;
    size_t at = header.find(quoted);
    if (at == std::string_view::npos)
      continue;
    header.remove_prefix(at + quoted.size());
    at = header.find_first_not_of(" :");
    return at == std::string_view::npos ? std::string_view() : header.substr(at);
  }
  return {};
}

const NpyType *findType(std::string_view header, std::string &error) {
  std::string_view value = valueOf(header, "descr");
  std::string_view code;
  if (!value.empty() && (value[0] == '\'' || value[0] == '"'))
    code = value.substr(1, value.substr(1).find(value[0]));
  if (code.size() == 3 && code[0] != '>')
    for (const NpyType &type : npyTypes)
      if (type.code == code.substr(1))
        return &type;
  error = "has dtype '" + std::string(code.empty() ? "(structured)" : code) +
          "', expected little-endian float, int, uint or bool";
  return nullptr;
}

// "(3, 4)", "(3,)" or "()".
bool parseShape(std::string_view text, std::vector<int64_t> &shape) {
  if (text.empty() || text[0] != '(')
    return false;
  const char *at = text.data() + 1, *end = text.data() + text.size();
  while (at != end && *at != ')') {
    if (*at == ' ' || *at == ',' || *at == 'L') {
      ++at;
      continue;
    }
    int64_t extent = 0;
    auto [next, failed] = std::from_chars(at, end, extent);
    if (failed != std::errc() || extent < 0)
      return false;
    shape.push_back(extent);
    at = next;
  }
  return at != end;
}

bool splitHeader(std::span<const std::byte> file, std::string_view &header,
                 std::span<const std::byte> &body) {
  std::string_view text(reinterpret_cast<const char *>(file.data()), file.size());
  if (text.size() < 10 || text.substr(0, 6) != magic)
    return false;
  uint8_t version = static_cast<uint8_t>(text[6]);
  uint64_t headerBytes = 0, start = version == 1 ? 10 : 12;
  if (version < 1 || version > 3 || text.size() < start)
    return false;
  std::memcpy(&headerBytes, text.data() + 8, version == 1 ? 2 : 4);
  if (headerBytes > text.size() - start)
    return false;
  header = text.substr(start, headerBytes);
  body = file.subspan(start + headerBytes);
  return true;
}

} // namespace

bool parseNpy(std::span<const std::byte> file, Array &array, std::string &error) {
  std::string_view header;
  std::span<const std::byte> body;
  error = "is not a .npy array of format 1, 2 or 3";
  if (!splitHeader(file, header, body))
    return false;
  const NpyType *type = findType(header, error);
  if (!type)
    return false;
  if (!valueOf(header, "fortran_order").starts_with("False")) {
    error = "is in Fortran order, expected C order (numpy.ascontiguousarray makes it so)";
    return false;
  }
  array.shape.clear();
  if (!parseShape(valueOf(header, "shape"), array.shape)) {
    error = "has a damaged shape in its .npy header";
    return false;
  }
  uint64_t bytes = type->bytes;
  for (int64_t extent : array.shape)
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(extent), &bytes))
      bytes = UINT64_MAX;
  if (bytes != body.size()) {
    error = "holds " + std::to_string(body.size()) + " bytes, but its shape asks for " +
            std::to_string(bytes);
    return false;
  }
  array.type = type->type;
  array.bytes.assign(body.begin(), body.end());
  error.clear();
  return true;
}

std::string npyHeader(uint32_t type, std::span<const int64_t> shape) {
  std::string header = "{'descr': '";
  for (const NpyType &known : npyTypes)
    if (known.type == type) {
      bool ordered = known.bytes > 1 && known.type != MDC_BF16;
      header += ordered ? '<' : '|';
      header += known.code;
    }
  header += "', 'fortran_order': False, 'shape': (";
  for (size_t axis = 0; axis < shape.size(); ++axis)
    header += (axis ? " " : "") + std::to_string(shape[axis]) + ",";
  if (shape.size() > 1)
    header.pop_back();
  header += "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string file(magic);
  file +=
      {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  return file + header;
}

} // namespace mdc::base
