#include "compiler/spec/Signature.h"
#include "compiler/spec/SpecPrinter.h"
#include "compiler/support/NearMiss.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

namespace mdc::spec {

std::string dimKey(const SignatureTensor &tensor, size_t axis) {
  const bool named = axis < tensor.dimNames.size() && !tensor.dimNames[axis].empty();
  return named ? tensor.dimNames[axis] : tensor.name + "." + std::to_string(axis);
}

bool checkDims(const Spec &spec, const std::vector<SignatureTensor> &inputs,
               Diagnostics &diagnostics) {
  const size_t errorsBefore = diagnostics.errorCount();
  std::vector<std::string> openKeys;
  std::map<std::string, std::string> firstUse; // key -> the place that a message names
  for (const SignatureTensor &input : inputs)
    for (size_t axis = 0; axis < input.extents.size(); ++axis) {
      if (input.extents[axis] >= 0)
        continue;
      const std::string key = dimKey(input, axis);
      if (firstUse
              .try_emplace(key, "axis " + std::to_string(axis) + " of input '" + input.name + "'")
              .second)
        openKeys.push_back(key);
    }
  for (const Dim &dim : spec.model.dims) {
    if (firstUse.count(dim.name))
      continue;
    PendingDiagnostic error =
        diagnostics.error({spec.path, dim.position, static_cast<uint32_t>(dim.name.size())},
                          "the model has no open dimension '" + dim.name + "'");
    if (auto near = nearMiss(dim.name, openKeys))
      error.note("did you mean '" + *near + "'?");
    else if (openKeys.empty())
      error.note("all its extents are fixed; remove the line");
    else
      error.note("its open dimensions: " + llvm::join(openKeys, ", "));
  }
  auto bound = [&](const std::string &key) {
    return llvm::any_of(spec.model.dims, [&](const Dim &dim) { return dim.name == key; });
  };
  for (const std::string &key : openKeys)
    if (!bound(key))
      diagnostics
          .error(spec.at(spec.model.graphPath.position),
                 "the dimension '" + key + "', " + firstUse[key] + ", is open")
          .note("add `" + tomlKey(key) +
                " = 1` under [model.dims], or [1, 8] for variants, or "
                "{ max = 512 } for any extent up to that");
  return diagnostics.errorCount() == errorsBefore;
}

} // namespace mdc::spec
