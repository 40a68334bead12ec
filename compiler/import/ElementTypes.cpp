#include "compiler/import/ElementTypes.h"

namespace mdc::importer {
namespace {
struct TypeRow {
  ElementType type;
  unsigned bytes;
  llvm::StringLiteral name, wire;
};
constexpr TypeRow kTypes[] = {
    {ElementType::Float, 4, "float", "FP32"},       {ElementType::Uint8, 1, "uint8", "UINT8"},
    {ElementType::Int8, 1, "int8", "INT8"},         {ElementType::Uint16, 2, "uint16", "UINT16"},
    {ElementType::Int16, 2, "int16", "INT16"},      {ElementType::Int32, 4, "int32", "INT32"},
    {ElementType::Int64, 8, "int64", "INT64"},      {ElementType::String, 0, "string", "BYTES"},
    {ElementType::Bool, 1, "bool", "BOOL"},         {ElementType::Float16, 2, "float16", "FP16"},
    {ElementType::Double, 8, "double", "FP64"},     {ElementType::Uint32, 4, "uint32", "UINT32"},
    {ElementType::Uint64, 8, "uint64", "UINT64"},   {ElementType::Complex64, 0, "complex64", ""},
    {ElementType::Complex128, 0, "complex128", ""}, {ElementType::Bfloat16, 2, "bfloat16", "BF16"},
};

const TypeRow *find(ElementType type) {
  for (const TypeRow &row : kTypes)
    if (row.type == type)
      return &row;
  return nullptr;
}
} // namespace

unsigned elementBytes(ElementType type) {
  const TypeRow *row = find(type);
  return row ? row->bytes : 0;
}

std::string elementName(ElementType type) {
  const TypeRow *row = find(type);
  return row ? row->name.str() : "type " + std::to_string(int(type));
}

llvm::StringRef wireName(ElementType type) {
  const TypeRow *row = find(type);
  return row ? llvm::StringRef(row->wire) : llvm::StringRef();
}

} // namespace mdc::importer
