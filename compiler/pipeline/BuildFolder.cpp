#include "compiler/pipeline/BuildFolder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mdc::pipeline {

BuildFolder::BuildFolder(const spec::Spec &spec, std::string subfolder, const std::string &target)
    : subfolder(std::move(subfolder)) {
  llvm::SmallString<256> folder(spec.folder);
  llvm::sys::fs::make_absolute(folder);
  llvm::sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
  std::string base = folder.str().str();
  root = base + "/.mdc/" + target;
  statPath = base + "/.mdc/stat";
  binaryPath = this->subfolder.empty() ? base + "/dist/" + target + "/" + spec.model.name.value
                                       : at(spec.model.name.value);
}

} // namespace mdc::pipeline
