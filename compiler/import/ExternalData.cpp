#include "compiler/import/ExternalData.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mdc::importer {

ExternalData::ExternalData(llvm::StringRef modelPath)
    : folder(llvm::sys::path::parent_path(modelPath).str()) {
  if (folder.empty())
    folder = ".";
}

// A model comes from elsewhere: its data may name no file outside the model's own folder.
static bool escapesFolder(llvm::StringRef folder, llvm::StringRef file) {
  if (llvm::sys::path::is_absolute(file))
    return true;
  for (auto part = llvm::sys::path::begin(file), end = llvm::sys::path::end(file); part != end;
       ++part)
    if (*part == "..")
      return true;
  llvm::SmallString<256> joined(folder), realFile, realFolder;
  llvm::sys::path::append(joined, file);
  if (llvm::sys::fs::real_path(joined, realFile) || llvm::sys::fs::real_path(folder, realFolder))
    return false; // it does not exist: opening it will say so
  llvm::StringRef rest = realFile;
  return !rest.consume_front(realFolder) || !(rest.starts_with("/") || realFolder == "/");
}

const llvm::MemoryBuffer *ExternalData::open(llvm::StringRef file, std::string &problem) {
  if (file.empty()) {
    problem = "its external data names no file";
    return nullptr;
  }
  if (escapesFolder(folder, file)) {
    problem = ("its external data is '" + file + "', outside the model's folder").str();
    return nullptr;
  }
  llvm::SmallString<256> path(folder);
  llvm::sys::path::append(path, file);
  auto known = opened.find(file);
  if (known == opened.end()) {
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    known = opened.try_emplace(file, buffer ? std::move(*buffer) : nullptr).first;
  }
  if (!known->second)
    problem = ("its external data file '" + path + "' cannot be read").str();
  return known->second.get();
}

std::vector<std::string> ExternalData::files() const {
  std::vector<std::string> paths;
  for (llvm::StringRef file : opened.keys()) {
    llvm::SmallString<256> path(folder);
    llvm::sys::path::append(path, file);
    paths.push_back(path.str().str());
  }
  llvm::sort(paths);
  return paths;
}

std::optional<llvm::ArrayRef<char>>
ExternalData::bytesAt(const ExternalPlace &place, uint64_t expectedBytes, std::string &problem) {
  const llvm::MemoryBuffer *buffer = open(place.file, problem);
  if (!buffer)
    return std::nullopt;
  uint64_t fileBytes = buffer->getBufferSize();
  if (place.offsetBytes > fileBytes || expectedBytes > fileBytes - place.offsetBytes) {
    problem = ("its external data should lie at bytes " + llvm::Twine(place.offsetBytes) + " to " +
               llvm::Twine(place.offsetBytes + expectedBytes) + " of '" + place.file +
               "', which has " + llvm::Twine(fileBytes))
                  .str();
    return std::nullopt;
  }
  if (place.lengthBytes && *place.lengthBytes != expectedBytes) {
    problem = ("its external data has " + llvm::Twine(*place.lengthBytes) + " bytes, expected " +
               llvm::Twine(expectedBytes))
                  .str();
    return std::nullopt;
  }
  return llvm::ArrayRef<char>(buffer->getBufferStart() + place.offsetBytes, expectedBytes);
}

} // namespace mdc::importer
