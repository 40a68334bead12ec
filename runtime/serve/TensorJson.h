// Tensors as JSON values: reading `data` into dense bytes and writing dense bytes as `data`.
#pragma once

#include "runtime/exec/Context.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mdc::serve {

// "FP32[2,16]", for error sentences.
std::string describeTensor(uint32_t type, const exec::Shape &shape);

// Reads the elements of `data` into `bytes`, which holds exactly `shape` of `type`. `data` is
// nested as `shape` or one flat array; a tensor of rank 0 may also be a bare value. False and a
// sentence without its subject ("element 3 is 'x'; expected ...") when nesting, count, kind or
// range do not fit, or for BF16, which travels in binary only. BOOL takes true, false, 0 and 1.
bool readTensor(const simdjson::dom::element &data, uint32_t type, const exec::Shape &shape,
                std::span<std::byte> bytes, std::string &error);

// Shape of nested arrays, measured along the first elements; readTensor() then checks the others.
exec::Shape measureShape(const simdjson::dom::element &data);

// Appends elements separated by commas, without brackets. FP16 and FP32 print the shortest digits
// that read back to the same FP32. Non-finite values print as NaN, Infinity and -Infinity, as
// Triton does.
void appendElements(std::string &out, uint32_t type, std::span<const std::byte> bytes);

// Appends the tensor as arrays nested like `shape`.
void appendNested(std::string &out, uint32_t type, std::span<const int64_t> shape,
                  std::span<const std::byte> bytes);

// Why a tensor of this type cannot be JSON, empty if it can.
std::string_view jsonRefusal(uint32_t type);

} // namespace mdc::serve
