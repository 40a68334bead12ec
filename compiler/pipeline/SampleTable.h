// Sets written as CSV: one sample a line.
#pragma once

#include "compiler/package/Manifest.h"
#include "compiler/support/Diagnostics.h"
#include "compiler/support/NumpyArchive.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// The head names the columns: "INPUT.0", "INPUT.1", ... for the elements of an input in row-major
/// order, "label", and "OUTPUT.0", ... for expected outputs. An input's array has its type and the
/// shape of the samples' axis before the input's own; all else is float64 [samples, columns], a
/// column alone [samples]. Numbers may stand in quotes. None and one error that names line and
/// column.
std::optional<std::vector<NumpyArray>>
readSampleTable(const std::string &path, llvm::ArrayRef<package::ManifestTensor> inputs,
                Diagnostics &diagnostics);

/// A type of numpy.
struct ItemType {
  char kind;
  unsigned bytes;
};

/// Of a datatype of the Open Inference Protocol; nothing for one that numpy lacks.
std::optional<ItemType> itemTypeOf(llvm::StringRef datatype);

} // namespace mdc::pipeline
