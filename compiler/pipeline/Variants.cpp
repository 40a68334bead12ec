#include "compiler/pipeline/Variants.h"

#include "compiler/lower/Lower.h"
#include "compiler/pipeline/GraphProgram.h"
#include "dialects/graph/Graph.h"

#include "mlir/IR/Builders.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/STLExtras.h"

namespace mdc::pipeline {

/// The extents listed for a dimension; none where the spec lists none.
static llvm::ArrayRef<int64_t> listedExtents(const spec::Spec &spec, llvm::StringRef name) {
  auto dim = llvm::find_if(spec.model.dims, [&](const spec::Dim &of) { return of.name == name; });
  bool lists = dim != spec.model.dims.end() && dim->kind == spec::Dim::Kind::Variants;
  return lists ? llvm::ArrayRef<int64_t>(dim->variantExtents) : llvm::ArrayRef<int64_t>();
}

bool splitVariants(mlir::ModuleOp module, const spec::Spec &spec) {
  mlir::Builder builder(module.getContext());
  llvm::SmallVector<mlir::Attribute> lists;
  bool listsAny = false;
  for (const std::string &symbol : symbolNamesOf(module)) {
    lists.push_back(builder.getDenseI64ArrayAttr(listedExtents(spec, symbol)));
    listsAny = listsAny || !listedExtents(spec, symbol).empty();
  }
  if (!listsAny)
    return true;
  mainOf(module)->setAttr(graph::kVariantsAttr, builder.getArrayAttr(lists));
  mlir::PassManager passes(module.getContext());
  lower::addVariantPasses(passes);
  return mlir::succeeded(passes.run(module));
}

} // namespace mdc::pipeline
