#include "compiler/import/Signature.h"

#include "compiler/import/ElementTypes.h"
#include "compiler/import/MlirTypes.h"
#include "compiler/support/NearMiss.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace mdc::importer {
namespace {

using Dim = ImportOptions::Dim;

bool addOnce(std::vector<std::string> &list, const std::string &name) {
  if (llvm::is_contained(list, name))
    return false;
  list.push_back(name);
  return true;
}

class DimBinder {
public:
  DimBinder(const OnnxModel &model, const ImportOptions &options, const SameDims &sameDims,
            MLIRContext *context, Diagnostics &diagnostics)
      : model(model), options(options), sameDims(sameDims), context(context),
        diagnostics(diagnostics) {}

  std::optional<Signature> bind();

private:
  void bindInput(const ValueInfo &input);
  AffineExpr extentOf(const std::string &name, const ValueInfo &input);
  void reportUnknownNames();

  const OnnxModel &model;
  const ImportOptions &options;
  const SameDims &sameDims;
  MLIRContext *context;
  Diagnostics &diagnostics;
  Signature signature;
  std::vector<std::string> names; // of the inputs' open dimensions
  std::vector<std::string> unbound;
};

AffineExpr DimBinder::extentOf(const std::string &name, const ValueInfo &input) {
  auto dim = llvm::find_if(options.dims, [&](const Dim &dim) { return dim.name == name; });
  if (dim == options.dims.end()) {
    if (addOnce(unbound, name))
      diagnostics
          .error(Location(model.path()),
                 "dimension '" + name + "' of input '" + input.name + "' is open and not bound")
          .note("add to [model.dims]: \"" + name + "\" = 1 (one extent), or = { max = 8 }");
    return {};
  }
  if (!dim->open)
    return getAffineConstantExpr(dim->max, context);
  auto same = sameDims.find(name);
  const std::string &symbol = same == sameDims.end() ? name : same->second;
  auto known =
      llvm::find_if(signature.openDims, [&](const OpenDim &open) { return open.name == symbol; });
  unsigned position = known - signature.openDims.begin();
  if (known == signature.openDims.end()) {
    signature.openDims.push_back({symbol, {dim->min, dim->max}});
  } else {
    known->range.low = std::max(known->range.low, dim->min);
    known->range.high = std::min(known->range.high, dim->max);
  }
  return getAffineSymbolExpr(position, context);
}

void DimBinder::bindInput(const ValueInfo &input) {
  if (input.hasShape) // those of an unusable input count too: the spec may bind them
    for (auto [axis, declared] : llvm::enumerate(input.dims))
      if (!declared.extent)
        addOnce(names, dimName(input, axis));
  Type element = mlirType(input.type, context);
  if (!element) {
    diagnostics
        .error(Location(model.path()), "input '" + input.name + "' has element type " +
                                           elementName(input.type) +
                                           ", expected a tensor of numbers or bools")
        .note("export the model without its text or sequence part");
    return;
  }
  if (!input.hasShape) {
    diagnostics
        .error(Location(model.path()),
               "input '" + input.name + "' has no shape, expected its rank at least")
        .note("run onnx.shape_inference, or export with named dynamic axes");
    return;
  }
  Extents extents;
  bool complete = true;
  for (auto [axis, declared] : llvm::enumerate(input.dims)) {
    if (declared.extent) {
      extents.push_back(getAffineConstantExpr(*declared.extent, context));
      continue;
    }
    std::string name = dimName(input, axis);
    extents.push_back(extentOf(name, input));
    complete &= bool(extents.back());
  }
  if (complete)
    signature.types.push_back(graph::tensorOf(extents, element));
}

void DimBinder::reportUnknownNames() {
  for (const Dim &dim : options.dims) {
    if (llvm::is_contained(names, dim.name))
      continue;
    auto pending = diagnostics.error(Location(model.path()),
                                     "no input has an open dimension '" + dim.name + "'");
    if (auto close = nearMiss(dim.name, names))
      pending.note("did you mean '" + *close + "'?");
    else if (names.empty())
      pending.note("all dimensions of the inputs are fixed");
    else
      pending.note("the inputs have " + listOf(names));
  }
}

std::optional<Signature> DimBinder::bind() {
  size_t errorsBefore = diagnostics.errorCount();
  signature.inputs = model.trueInputs();
  for (const ValueInfo *input : signature.inputs)
    bindInput(*input);
  // An input without a shape may be the one that has the dimension.
  if (llvm::all_of(signature.inputs, [](const ValueInfo *input) { return input->hasShape; }))
    reportUnknownNames();
  if (diagnostics.errorCount() != errorsBefore)
    return std::nullopt;
  return std::move(signature);
}

} // namespace

std::string dimName(const ValueInfo &input, size_t axis) {
  const std::string &name = input.dims[axis].name;
  return name.empty() ? input.name + "." + std::to_string(axis) : name;
}

std::optional<Signature> bindDims(const OnnxModel &model, const ImportOptions &options,
                                  const SameDims &sameDims, MLIRContext *context,
                                  Diagnostics &diagnostics) {
  return DimBinder(model, options, sameDims, context, diagnostics).bind();
}

} // namespace mdc::importer
