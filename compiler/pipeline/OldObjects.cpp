#include "compiler/pipeline/OldObjects.h"

#include "compiler/pipeline/BuildFolder.h"
#include "compiler/pipeline/ProgramState.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <set>

namespace mdc::pipeline {

namespace {

namespace fs = llvm::sys::fs;
using llvm::sys::TimePoint;

constexpr const char *buildsFile = "builds.json";

/// What one build referred to.
struct PastBuild {
  int64_t start = 0; ///< seconds since 1970
  std::set<std::string> regions;
};

std::vector<PastBuild> readBuilds(const std::string &path) {
  std::vector<PastBuild> builds;
  auto text = llvm::MemoryBuffer::getFile(path);
  if (!text)
    return builds;
  auto parsed = llvm::json::parse((*text)->getBuffer());
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return builds;
  }
  if (const llvm::json::Array *entries = parsed->getAsArray())
    for (const llvm::json::Value &entry : *entries) {
      const llvm::json::Object *object = entry.getAsObject();
      const llvm::json::Array *names = object ? object->getArray("regions") : nullptr;
      if (!names)
        continue;
      PastBuild build{object->getInteger("start").value_or(0), {}};
      for (const llvm::json::Value &name : *names)
        build.regions.insert(name.getAsString().value_or("").str());
      builds.push_back(std::move(build));
    }
  return builds;
}

std::string textOf(llvm::ArrayRef<PastBuild> builds) {
  llvm::json::Array entries;
  for (const PastBuild &build : builds)
    entries.push_back(
        llvm::json::Object{{"start", build.start}, {"regions", llvm::json::Array(build.regions)}});
  return llvm::formatv("{0:2}\n", llvm::json::Value(std::move(entries))).str();
}

/// Adds the regions of every program.json below `folder`.
void collect(const std::string &folder, std::set<std::string> &regions) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; entry != end && !error;
       entry.increment(error)) {
    if (llvm::sys::path::filename(entry->path()) != BuildFolder::state)
      continue;
    if (std::optional<ProgramState> state = readState(entry->path()))
      for (const RegionState &region : state->regions)
        regions.insert(region.name);
  }
}

/// "NAME" of "NAME.mlir", "NAME.v4.o" and "NAME.cuda.sm_80.ptx".
llvm::StringRef regionOf(llvm::StringRef path) {
  return llvm::sys::path::filename(path).split('.').first;
}

void removeUnnamed(const std::string &folder, const llvm::StringSet<> &kept, int64_t before) {
  std::error_code error;
  std::vector<std::string> old;
  for (fs::directory_iterator entry(folder, error), end; entry != end && !error;
       entry.increment(error)) {
    fs::file_status status;
    if (kept.contains(regionOf(entry->path())) || fs::status(entry->path(), status))
      continue;
    if (llvm::sys::toTimeT(status.getLastModificationTime()) < before)
      old.push_back(entry->path());
  }
  for (const std::string &path : old)
    fs::remove(path);
}

} // namespace

void removeOldObjects(const spec::Spec &spec, const std::string &target,
                      std::chrono::system_clock::time_point start, Diagnostics &diagnostics) {
  const std::string root = BuildFolder(spec, "", target).root, path = root + "/" + buildsFile;
  std::vector<PastBuild> builds = readBuilds(path);
  PastBuild current{std::chrono::system_clock::to_time_t(start), {}};
  collect(root, current.regions);
  // Again what is known already, as after a change of [serve]: it pushes no older build out.
  llvm::erase_if(builds, [&](const PastBuild &build) { return build.regions == current.regions; });
  builds.insert(builds.begin(), std::move(current));
  if (builds.size() > keptBuilds)
    builds.resize(keptBuilds);
  if (!writeFile(path, textOf(builds), diagnostics))
    return;
  llvm::StringSet<> kept;
  int64_t oldest = builds.front().start;
  for (const PastBuild &build : builds) {
    oldest = std::min(oldest, build.start);
    for (const std::string &region : build.regions)
      kept.insert(region);
  }
  removeUnnamed(root + "/regions", kept, oldest);
  removeUnnamed(root + "/objects", kept, oldest);
}

} // namespace mdc::pipeline
