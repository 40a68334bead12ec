#include "compiler/import/OpTable.h"

#include "compiler/import/Import.h"

#include "llvm/ADT/STLExtras.h"

namespace mdc::importer {

static const llvm::StringMap<llvm::SmallVector<const OpRow *, 1>> &table() {
  static const auto rows = [] {
    llvm::StringMap<llvm::SmallVector<const OpRow *, 1>> byName;
    for (llvm::ArrayRef<OpRow> family :
         {elementwiseOps(), activationOps(), constantOps(), shapeOps(), sliceOps(), gatherOps(),
          scatterOps(), matmulOps(), windowOps(), resizeOps(), reduceOps(), normOps(),
          attentionOps(), recurrentOps(), quantizeOps(), contributedOps(), controlOps()})
      for (const OpRow &row : family)
        byName[row.name].push_back(&row);
    return byName;
  }();
  return rows;
}

const OpRow *findOp(llvm::StringRef name, int64_t opset) {
  auto rows = table().find(name);
  if (rows == table().end())
    return nullptr;
  for (const OpRow *row : rows->second)
    if (opset >= row->firstOpset && opset <= row->lastOpset)
      return row;
  return nullptr;
}

std::vector<std::string> supportedOps() {
  std::vector<std::string> names;
  for (const auto &entry : table())
    names.push_back(entry.getKey().str());
  llvm::sort(names);
  return names;
}

} // namespace mdc::importer
