#include "runtime/exec/Model.h"

namespace mdc::exec {
namespace {

struct TypeFacts {
  uint32_t type;
  size_t bytes;
  std::string_view name;
};

constexpr TypeFacts types[] = {
    {MDC_F32, 4, "FP32"},  {MDC_F64, 8, "FP64"},   {MDC_F16, 2, "FP16"},   {MDC_BF16, 2, "BF16"},
    {MDC_I8, 1, "INT8"},   {MDC_I16, 2, "INT16"},  {MDC_I32, 4, "INT32"},  {MDC_I64, 8, "INT64"},
    {MDC_U8, 1, "UINT8"},  {MDC_U16, 2, "UINT16"}, {MDC_U32, 4, "UINT32"}, {MDC_U64, 8, "UINT64"},
    {MDC_BOOL, 1, "BOOL"},
};

} // namespace

size_t typeBytes(uint32_t type) {
  for (const TypeFacts &facts : types)
    if (facts.type == type)
      return facts.bytes;
  return 0;
}

std::string_view typeName(uint32_t type) {
  for (const TypeFacts &facts : types)
    if (facts.type == type)
      return facts.name;
  return "?";
}

uint32_t typeFromName(std::string_view name) {
  for (const TypeFacts &facts : types)
    if (facts.name == name)
      return facts.type;
  return 0;
}

} // namespace mdc::exec
