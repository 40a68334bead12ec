// The fused regions of a built model, as `mdc explain` shows them. The facts are those of the
// manifest.
#pragma once

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace mdc::tools {

void printRegionTable(const llvm::json::Array &regions, llvm::raw_ostream &out);

/// One page without any reference to another file.
void printRegionPage(const std::string &title, const llvm::json::Array &regions,
                     llvm::raw_ostream &out);

} // namespace mdc::tools
