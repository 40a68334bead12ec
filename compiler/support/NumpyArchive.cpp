#include "compiler/support/NumpyArchive.h"

#include "compiler/support/Files.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace mdc {

int64_t NumpyArray::elementCount() const {
  int64_t count = 1;
  for (int64_t extent : extents)
    count *= extent;
  return count;
}

template <typename T> static double load(const char *from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<double>(value);
}

static double loadHalf(const char *from) {
  uint16_t bits;
  std::memcpy(&bits, from, sizeof bits);
  llvm::APFloat value(llvm::APFloat::IEEEhalf(), llvm::APInt(16, bits));
  return value.convertToDouble();
}

double NumpyArray::element(int64_t index) const {
  const char *from = bytes.data() + index * itemBytes;
  if (kind == 'f')
    return itemBytes == 2   ? loadHalf(from)
           : itemBytes == 4 ? load<float>(from)
                            : load<double>(from);
  const bool isSigned = kind == 'i';
  switch (itemBytes) {
  case 1:
    return isSigned ? load<int8_t>(from) : load<uint8_t>(from);
  case 2:
    return isSigned ? load<int16_t>(from) : load<uint16_t>(from);
  case 4:
    return isSigned ? load<int32_t>(from) : load<uint32_t>(from);
  default:
    return isSigned ? load<int64_t>(from) : load<uint64_t>(from);
  }
}

std::string NumpyArray::typeText() const {
  const char *word = kind == 'f' ? "float" : kind == 'i' ? "int" : kind == 'u' ? "uint" : "bool";
  std::string text = word;
  if (kind != 'b')
    text += std::to_string(itemBytes * 8);
  text += " [";
  for (size_t i = 0; i < extents.size(); ++i)
    text += (i ? ", " : "") + std::to_string(extents[i]);
  return text + "]";
}

/// The text behind `'key':` in the header, a Python dictionary literal.
static llvm::StringRef valueOf(llvm::StringRef header, llvm::StringRef key) {
  const size_t at = header.find(("'" + key + "':").str());
  return at == llvm::StringRef::npos ? llvm::StringRef()
                                     : header.drop_front(at + key.size() + 3).ltrim();
}

static bool readType(llvm::StringRef header, NumpyArray &array) {
  const llvm::StringRef type = valueOf(header, "descr").drop_front(1).split('\'').first;
  if (type.size() != 3 || (type[0] != '<' && type[0] != '|'))
    return false;
  array.kind = type[1];
  array.itemBytes = static_cast<unsigned>(type[2] - '0');
  switch (array.kind) {
  case 'f':
    return array.itemBytes == 2 || array.itemBytes == 4 || array.itemBytes == 8;
  case 'i':
  case 'u':
    return llvm::isPowerOf2_32(array.itemBytes) && array.itemBytes <= 8;
  case 'b':
    return array.itemBytes == 1;
  default:
    return false;
  }
}

/// Reads "(1, 10)". The product is kept below 2^62 bytes, so that no later arithmetic overflows.
static bool readExtents(llvm::StringRef header, NumpyArray &array) {
  llvm::StringRef shape = valueOf(header, "shape");
  if (!shape.consume_front("("))
    return false;
  shape = shape.split(')').first;
  int64_t elements = 1;
  while (!shape.trim().empty()) {
    auto [extentText, rest] = shape.split(',');
    int64_t extent = 0;
    if (extentText.trim().getAsInteger(10, extent) || extent < 0)
      return false;
    array.extents.push_back(extent);
    if (__builtin_mul_overflow(elements, std::max<int64_t>(extent, 1), &elements) ||
        elements > (int64_t(1) << 58))
      return false;
    shape = rest;
  }
  return true;
}

/// What is wrong with the .npy bytes, or an empty string.
static std::string parseNpy(llvm::StringRef content, NumpyArray &array) {
  if (!content.starts_with("\x93NUMPY") || content.size() < 12)
    return "is not a .npy array";
  const bool longHeader = content[6] >= 2; // format 2.0 has a four-byte header length
  const size_t prefixBytes = longHeader ? 12 : 10;
  uint32_t headerBytes = 0;
  std::memcpy(&headerBytes, content.data() + 8, longHeader ? 4 : 2);
  if (content.size() < prefixBytes + headerBytes)
    return "ends inside its header";
  const llvm::StringRef header = content.substr(prefixBytes, headerBytes);
  if (!readType(header, array))
    return "is not a little-endian array of float, int, uint or bool";
  if (!valueOf(header, "fortran_order").starts_with("False"))
    return "is in column-major order; save it through numpy.ascontiguousarray";
  if (!readExtents(header, array))
    return "has a shape that cannot be read";
  const llvm::StringRef data = content.drop_front(prefixBytes + headerBytes);
  if (data.size() != static_cast<size_t>(array.elementCount()) * array.itemBytes)
    return "holds " + std::to_string(data.size()) + " bytes of data, expected " +
           std::to_string(array.elementCount() * array.itemBytes);
  array.bytes.assign(data.begin(), data.end());
  return "";
}

namespace {
using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;
} // namespace

static Archive openZip(const std::string &path) {
  Archive zip(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_filename(zip.get(), path.c_str(), 1 << 16) != ARCHIVE_OK)
    zip.reset();
  return zip;
}

static bool readEntry(archive *zip, std::string &content) {
  char piece[1 << 14];
  la_ssize_t bytes;
  while ((bytes = archive_read_data(zip, piece, sizeof piece)) > 0)
    content.append(piece, static_cast<size_t>(bytes));
  return bytes == 0;
}

/// Whether the record that ends every ZIP file is there and whole: libarchive reads members without
/// it, so a file that was cut off behind them would pass.
static bool isWholeZip(const std::string &path, Diagnostics &diagnostics) {
  constexpr size_t recordBytes = 22, longestComment = 65535;
  std::unique_ptr<llvm::MemoryBuffer> file = readFile(path, diagnostics);
  if (!file)
    return false;
  const llvm::StringRef content = file->getBuffer();
  const llvm::StringRef tail =
      content.take_back(std::min(content.size(), recordBytes + longestComment));
  const size_t at = tail.rfind("PK\x05\x06");
  return at != llvm::StringRef::npos && tail.size() - at >= recordBytes;
}

std::optional<std::vector<NumpyArray>> readNpz(const std::string &path, Diagnostics &diagnostics) {
  auto refuse = [&](const llvm::Twine &what) {
    diagnostics.error(Location(path), what)
        .note("write it with numpy.savez(path, name=array, ...)");
    return std::nullopt;
  };
  Archive zip = openZip(path);
  if (!zip)
    return refuse("is not a readable .npz file");
  std::vector<NumpyArray> arrays;
  archive_entry *entry = nullptr;
  int state;
  while ((state = archive_read_next_header(zip.get(), &entry)) == ARCHIVE_OK) {
    const char *entryName = archive_entry_pathname(entry);
    NumpyArray array;
    array.name = entryName ? entryName : "";
    if (llvm::StringRef(array.name).ends_with(".npy"))
      array.name.resize(array.name.size() - 4);
    std::string content;
    if (!readEntry(zip.get(), content))
      return refuse("array '" + array.name + "' is damaged: " + archive_error_string(zip.get()));
    if (std::string wrong = parseNpy(content, array); !wrong.empty())
      return refuse("array '" + array.name + "' " + wrong);
    arrays.push_back(std::move(array));
  }
  if (state != ARCHIVE_EOF)
    return refuse("is not a readable .npz file");
  if (!isWholeZip(path, diagnostics))
    return refuse("is cut off: its directory is not whole");
  std::sort(arrays.begin(), arrays.end(),
            [](const NumpyArray &a, const NumpyArray &b) { return a.name < b.name; });
  return arrays;
}

std::optional<NumpyArray> readNpy(const std::string &path, Diagnostics &diagnostics) {
  std::unique_ptr<llvm::MemoryBuffer> file = readFile(path, diagnostics);
  if (!file)
    return std::nullopt;
  NumpyArray array;
  if (std::string wrong = parseNpy(file->getBuffer(), array); !wrong.empty()) {
    diagnostics.error(Location(path), "the file " + wrong)
        .note("write it with numpy.save(path, array)");
    return std::nullopt;
  }
  return array;
}

/// Magic, version 1.0 and the dictionary, padded to whole cache lines as numpy does.
static std::string npyHeader(const NumpyArray &array) {
  std::string dictionary = "{'descr': '";
  dictionary += array.itemBytes == 1 ? '|' : '<';
  dictionary += array.kind + std::to_string(array.itemBytes);
  dictionary += "', 'fortran_order': False, 'shape': (";
  for (int64_t extent : array.extents)
    dictionary += std::to_string(extent) + ",";
  dictionary += "), }";
  constexpr size_t prefixBytes = 10, line = 64;
  size_t unpadded = prefixBytes + dictionary.size() + 1;
  dictionary.append((line - unpadded % line) % line, ' ');
  dictionary += '\n';
  const uint16_t bytes = static_cast<uint16_t>(dictionary.size());
  std::string header("\x93NUMPY\x01\x00", 8);
  header.append(reinterpret_cast<const char *>(&bytes), sizeof bytes);
  return header + dictionary;
}

static bool writeEntry(archive *zip, const NumpyArray &array) {
  const std::string header = npyHeader(array);
  std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                      archive_entry_free);
  archive_entry_set_pathname(entry.get(), (array.name + ".npy").c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(header.size() + array.bytes.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), 0, 0);
  if (archive_write_header(zip, entry.get()) != ARCHIVE_OK)
    return false;
  auto write = [&](const char *from, size_t bytes) {
    while (bytes > 0) {
      la_ssize_t written = archive_write_data(zip, from, bytes);
      if (written <= 0)
        return false;
      from += written;
      bytes -= static_cast<size_t>(written);
    }
    return true;
  };
  return write(header.data(), header.size()) && write(array.bytes.data(), array.bytes.size());
}

bool writeNpz(const std::string &path, llvm::ArrayRef<NumpyArray> arrays,
              Diagnostics &diagnostics) {
  llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path));
  const std::string temporary = path + ".tmp";
  std::unique_ptr<archive, decltype(&archive_write_free)> zip(archive_write_new(),
                                                              archive_write_free);
  archive_write_set_format_zip(zip.get());
  archive_write_set_format_option(zip.get(), "zip", "compression", "store");
  bool written = archive_write_open_filename(zip.get(), temporary.c_str()) == ARCHIVE_OK;
  for (const NumpyArray &array : arrays)
    written = written && writeEntry(zip.get(), array);
  written = archive_write_close(zip.get()) == ARCHIVE_OK && written;
  if (written && !llvm::sys::fs::rename(temporary, path))
    return true;
  const char *why = archive_error_string(zip.get());
  llvm::sys::fs::remove(temporary);
  diagnostics.error(Location(path), llvm::Twine("cannot be written") +
                                        (why ? ": " + llvm::Twine(why) : llvm::Twine()));
  return false;
}

} // namespace mdc
