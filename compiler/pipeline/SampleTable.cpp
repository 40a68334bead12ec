#include "compiler/pipeline/SampleTable.h"

#include "compiler/support/Files.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cmath>
#include <cstring>

namespace mdc::pipeline {

std::optional<ItemType> itemTypeOf(llvm::StringRef datatype) {
  if (datatype == "BOOL")
    return ItemType{'b', 1};
  unsigned bits = 0;
  for (auto [prefix, kind] : {std::pair("FP", 'f'), std::pair("INT", 'i'), std::pair("UINT", 'u')})
    if (llvm::StringRef digits = datatype;
        digits.consume_front(prefix) && !digits.getAsInteger(10, bits))
      return ItemType{kind, bits / 8};
  return std::nullopt;
}

template <typename T> static void append(std::vector<char> &bytes, double number) {
  const T value = static_cast<T>(number);
  const char *from = reinterpret_cast<const char *>(&value);
  bytes.insert(bytes.end(), from, from + sizeof value);
}

static void appendHalf(std::vector<char> &bytes, double number) {
  llvm::APFloat value(number);
  bool losesInfo = false;
  value.convert(llvm::APFloat::IEEEhalf(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  append<uint16_t>(bytes, double(value.bitcastToAPInt().getZExtValue()));
}

static void appendItem(NumpyArray &array, double number) {
  std::vector<char> &bytes = array.bytes;
  if (array.kind == 'f')
    return array.itemBytes == 2   ? appendHalf(bytes, number)
           : array.itemBytes == 4 ? append<float>(bytes, number)
                                  : append<double>(bytes, number);
  const bool isSigned = array.kind == 'i';
  switch (array.itemBytes) {
  case 1:
    return isSigned ? append<int8_t>(bytes, number) : append<uint8_t>(bytes, number);
  case 2:
    return isSigned ? append<int16_t>(bytes, number) : append<uint16_t>(bytes, number);
  case 4:
    return isSigned ? append<int32_t>(bytes, number) : append<uint32_t>(bytes, number);
  default:
    return isSigned ? append<int64_t>(bytes, number) : append<uint64_t>(bytes, number);
  }
}

/// Whether an integer type holds the number exactly; a float type holds any.
static bool fitsType(const NumpyArray &array, double number) {
  if (array.kind == 'f')
    return true;
  if (array.kind == 'b')
    return number == 0 || number == 1;
  const int bits = int(array.itemBytes) * 8;
  const double low = array.kind == 'i' ? -std::ldexp(1.0, bits - 1) : 0;
  const double high = std::ldexp(1.0, array.kind == 'i' ? bits - 1 : bits);
  return number == std::floor(number) && number >= low && number < high;
}

namespace {

class TableReader {
public:
  TableReader(const std::string &path, llvm::ArrayRef<package::ManifestTensor> inputs,
              Diagnostics &diagnostics)
      : path(path), inputs(inputs), diagnostics(diagnostics) {}

  std::optional<std::vector<NumpyArray>> read() {
    auto file = readFile(path, diagnostics);
    if (!file)
      return std::nullopt;
    llvm::StringRef rest = file->getBuffer();
    rest.consume_front("\xEF\xBB\xBF"); // of editors that mark UTF-8
    if (rest.trim().empty()) {
      refuse(0, "the table is empty, expected a head and one line for each sample", headForm);
      return std::nullopt;
    }
    if (!readHead(nextLine(rest)))
      return std::nullopt;
    while (!rest.trim().empty())
      if (llvm::StringRef line = nextLine(rest); !line.empty() && !readSample(line))
        return std::nullopt;
    return shaped();
  }

private:
  bool refuse(uint32_t column, const llvm::Twine &message, const llvm::Twine &note) {
    diagnostics.error(Location(path, {lineNumber, column}), message).note(note);
    return false;
  }

  llvm::StringRef nextLine(llvm::StringRef &rest) {
    auto [line, behind] = rest.split('\n');
    rest = behind;
    ++lineNumber;
    return line.trim();
  }

  /// "x.12" is element 12 of array x; any other word is an array of one column.
  bool readHead(llvm::StringRef line) {
    llvm::SmallVector<llvm::StringRef> names;
    line.split(names, ',');
    for (auto [separator, word] : {std::pair(';', "a semicolon"), std::pair('\t', "a tab")})
      if (names.size() == 1 && line.contains(separator))
        return refuse(uint32_t(line.find(separator)) + 1,
                      llvm::Twine("the table has ") + word + " between columns, expected a comma",
                      "save it as CSV with commas between cells and points in numbers");
    for (llvm::StringRef word : names) {
      word = word.trim().trim('"');
      auto [name, digits] = word.rsplit('.');
      int64_t element = 0;
      // A name of the model may end in a number itself: "input.1" is then its only column.
      const bool isElement = !isInput(word) && !digits.empty() && !digits.getAsInteger(10, element);
      const std::string array = isElement ? name.str() : word.str();
      if (word.empty())
        return refuse(1, "a column of the table has no name", headForm);
      if (arrays.empty() || arrays.back().name != array) {
        if (llvm::any_of(arrays, [&](auto &other) { return other.name == array; }))
          return refuse(1, "the columns of '" + array + "' do not stand side by side", headForm);
        arrays.push_back(arrayNamed(array));
        columnCounts.push_back(0);
      }
      if (isElement && element != columnCounts.back())
        return refuse(1,
                      "column '" + word + "' stands where '" + array + "." +
                          llvm::Twine(columnCounts.back()) + "' was expected",
                      headForm);
      ++columnCounts.back();
      columns.push_back(arrays.size() - 1);
    }
    return true;
  }

  static std::string shortened(llvm::StringRef cell) {
    constexpr size_t shown = 40;
    return cell.size() <= shown ? cell.str() : cell.take_front(shown).str() + "...";
  }

  bool isInput(llvm::StringRef name) const {
    return llvm::any_of(inputs, [&](auto &tensor) { return tensor.name == name; });
  }

  NumpyArray arrayNamed(const std::string &name) const {
    NumpyArray array;
    array.name = name;
    array.itemBytes = 8; // float64 keeps labels and outputs as they were written
    auto input = llvm::find_if(inputs, [&](auto &tensor) { return tensor.name == name; });
    if (input != inputs.end())
      if (std::optional<ItemType> type = itemTypeOf(input->datatype)) {
        array.kind = type->kind;
        array.itemBytes = type->bytes;
      }
    return array;
  }

  bool readSample(llvm::StringRef line) {
    llvm::SmallVector<llvm::StringRef> cells;
    line.split(cells, ',');
    if (cells.size() != columns.size())
      return refuse(1,
                    "the line has " + llvm::Twine(cells.size()) + " values, expected " +
                        llvm::Twine(columns.size()),
                    "every line has one value for each column of the head");
    for (auto [at, cell] : llvm::enumerate(cells)) {
      double number = 0;
      NumpyArray &array = arrays[columns[at]];
      const uint32_t place = uint32_t(cell.data() - line.data()) + 1;
      llvm::StringRef text = cell.trim();
      if (text.size() > 1 && text.starts_with("\"") && text.ends_with("\""))
        text = text.drop_front().drop_back().trim();
      if (text.getAsDouble(number))
        return refuse(place, "'" + shortened(cell.trim()) + "' is no number",
                      "write it as in 0.25 or -3");
      if (!fitsType(array, number))
        return refuse(place,
                      "'" + shortened(cell.trim()) + "' does not fit " +
                          llvm::StringRef(array.typeText()).split(' ').first,
                      "it is a value of the input '" + array.name + "'");
      appendItem(array, number);
    }
    ++samples;
    return true;
  }

  std::optional<std::vector<NumpyArray>> shaped() {
    for (auto [array, columnCount] : llvm::zip(arrays, columnCounts)) {
      array.extents = {samples};
      auto input = llvm::find_if(inputs, [&](auto &tensor) { return tensor.name == array.name; });
      int64_t elements = 1;
      if (input == inputs.end()) {
        if (columnCount > 1)
          array.extents.push_back(columnCount);
        continue;
      }
      for (auto [axis, extent] : llvm::enumerate(input->shape)) {
        // A table cannot say extents; the batch of one sample is 1.
        const int64_t known = extent < 0 && axis == 0 ? 1 : extent;
        array.extents.push_back(known);
        elements = known < 0 ? -1 : elements * known;
      }
      if (elements == columnCount)
        continue;
      lineNumber = 1;
      refuse(
          1,
          "the table has " + llvm::Twine(columnCount) + " columns for '" + array.name +
              "', expected " +
              (elements < 0 ? std::string("an input of fixed extents") : std::to_string(elements)),
          elements < 0 ? "use an .npz, which says the shape of its arrays" : headForm);
      return std::nullopt;
    }
    return std::move(arrays);
  }

  static constexpr const char *headForm =
      "the head is INPUT.0,INPUT.1,...,label with one column for each element";

  const std::string &path;
  llvm::ArrayRef<package::ManifestTensor> inputs;
  Diagnostics &diagnostics;
  std::vector<NumpyArray> arrays;
  std::vector<int64_t> columnCounts; ///< by array
  std::vector<size_t> columns;       ///< the array of each column
  uint32_t lineNumber = 0;
  int64_t samples = 0;
};

} // namespace

std::optional<std::vector<NumpyArray>>
readSampleTable(const std::string &path, llvm::ArrayRef<package::ManifestTensor> inputs,
                Diagnostics &diagnostics) {
  return TableReader(path, inputs, diagnostics).read();
}

} // namespace mdc::pipeline
