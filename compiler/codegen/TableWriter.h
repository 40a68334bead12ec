// Constants in memory: what generated tables consist of.
#pragma once

#include "llvm/IR/Constants.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <vector>

namespace mdc::codegen {

using Constants = std::vector<llvm::Constant *>;

/// Structs by value, and pointers to arrays of them that nothing outside of the module names.
class TableWriter {
public:
  explicit TableWriter(llvm::Module &module) : module(module), context(module.getContext()) {}

  llvm::Constant *number32(uint64_t value) {
    return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), uint32_t(value));
  }
  llvm::Constant *number64(uint64_t value) {
    return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), value);
  }
  llvm::Constant *null() {
    return llvm::ConstantPointerNull::get(llvm::PointerType::getUnqual(context));
  }
  llvm::Constant *structOf(llvm::ArrayRef<llvm::Constant *> fields) {
    return llvm::ConstantStruct::getAnon(context, fields);
  }

  /// A pointer to the value, which nothing outside of the module names.
  llvm::Constant *placed(llvm::Constant *value) {
    auto *global = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::PrivateLinkage, value, "table");
    global->setAlignment(llvm::Align(8));
    return global;
  }
  llvm::Constant *arrayOf(const Constants &values) {
    if (values.empty())
      return null();
    auto *type = llvm::ArrayType::get(values.front()->getType(), values.size());
    return placed(llvm::ConstantArray::get(type, values));
  }
  template <typename List, typename Make> llvm::Constant *all(const List &list, Make make) {
    Constants values;
    for (const auto &item : list)
      values.push_back(make(item));
    return arrayOf(values);
  }
  template <typename Number> llvm::Constant *numbers(const std::vector<Number> &list) {
    if (list.empty())
      return null();
    using Unsigned = std::make_unsigned_t<Number>;
    llvm::ArrayRef<Unsigned> plain(reinterpret_cast<const Unsigned *>(list.data()), list.size());
    return placed(llvm::ConstantDataArray::get(context, plain));
  }
  llvm::Constant *text(llvm::StringRef value) {
    return placed(llvm::ConstantDataArray::getString(context, value));
  }

  /// What another object defines.
  llvm::Constant *external(llvm::StringRef name) {
    return llvm::cast<llvm::Constant>(
        module.getOrInsertGlobal(name, llvm::Type::getInt8Ty(context)));
  }
  /// A name for other objects.
  void define(llvm::StringRef name, llvm::Constant *value) {
    auto *global = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::ExternalLinkage, value, name);
    global->setAlignment(llvm::Align(8));
  }

  llvm::Module &module;
  llvm::LLVMContext &context;
};

} // namespace mdc::codegen
