#include "compiler/pipeline/SampleSet.h"

#include "compiler/pipeline/SampleTable.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

namespace mdc::pipeline {

/// "[samples, 3, ?]" for samples of the extents 3 and an open one.
static std::string samplesText(llvm::ArrayRef<int64_t> extents) {
  std::string text = "[samples";
  for (int64_t extent : extents)
    text += ", " + (extent < 0 ? std::string("?") : std::to_string(extent));
  return text + "]";
}

static bool fits(llvm::ArrayRef<int64_t> sample, llvm::ArrayRef<int64_t> shape) {
  return sample.size() == shape.size() && llvm::all_of(llvm::zip(sample, shape), [](auto pair) {
           auto [found, expected] = pair;
           return expected < 0 ? found >= 1 : found == expected;
         });
}

/// The sample in the input's rank: as it is, or with a leading extent of 1 added or taken off.
/// Nothing if it fits in none of these forms.
static std::optional<std::vector<int64_t>> sampleShape(llvm::ArrayRef<int64_t> sample,
                                                       llvm::ArrayRef<int64_t> shape) {
  if (fits(sample, shape))
    return sample.vec();
  std::vector<int64_t> batched = {1};
  llvm::append_range(batched, sample);
  if (fits(batched, shape))
    return batched;
  if (!sample.empty() && sample.front() == 1 && fits(sample.drop_front(), shape))
    return sample.drop_front().vec();
  return std::nullopt;
}

/// Index of the first NaN or infinity, or -1.
static int64_t firstNotFinite(const NumpyArray &array) {
  if (!array.isFloat())
    return -1;
  for (int64_t index = 0, count = array.elementCount(); index < count; ++index)
    if (!std::isfinite(array.element(index)))
      return index;
  return -1;
}

namespace {

/// Checks the arrays of one set.
class SetReader {
public:
  SetReader(const SetSource &source, llvm::ArrayRef<package::ManifestTensor> inputs,
            const std::string &what, Diagnostics &diagnostics)
      : source(source), inputs(inputs), what(what), diagnostics(diagnostics),
        file(source.path.empty() ? source.inputPath : source.path) {}

  std::optional<SampleSet> read() {
    std::optional<std::vector<NumpyArray>> arrays = load();
    if (!arrays)
      return std::nullopt;
    SampleSet set;
    set.samples = -1;
    for (const package::ManifestTensor &input : inputs)
      if (!takeInput(input, *arrays, set))
        return std::nullopt;
    for (NumpyArray &array : *arrays)
      if (!takeOther(array, set))
        return std::nullopt;
    if (set.samples < 1) {
      refuse("the " + what + " is empty", "it needs at least one sample");
      return std::nullopt;
    }
    return set;
  }

private:
  bool refuse(const llvm::Twine &message, const llvm::Twine &note) {
    diagnostics.error(Location(file), message).note(note);
    return false;
  }

  std::optional<std::vector<NumpyArray>> load() {
    if (isTable())
      return readSampleTable(source.path, inputs, diagnostics);
    if (!source.path.empty())
      return readNpz(source.path, diagnostics);
    return loadPair();
  }

  std::optional<std::vector<NumpyArray>> loadPair() {
    if (inputs.size() != 1) {
      refuse("the " + what + " holds one input, but the model has " + llvm::Twine(inputs.size()),
             "use an .npz with one array for each input");
      return std::nullopt;
    }
    std::optional<NumpyArray> x = readNpy(source.inputPath, diagnostics);
    if (!x)
      return std::nullopt;
    x->name = inputs.front().name;
    std::vector<NumpyArray> arrays = {std::move(*x)};
    if (!source.labelPath.empty()) {
      std::optional<NumpyArray> label = readNpy(source.labelPath, diagnostics);
      if (!label)
        return std::nullopt;
      label->name = "label";
      arrays.push_back(std::move(*label));
    }
    return arrays;
  }

  bool isTable() const { return llvm::StringRef(source.path).ends_with_insensitive(".csv"); }

  /// How columns of a table are named.
  std::string noteOnColumns(const std::string &input) const {
    if (!isTable())
      return "";
    return "; columns of an input of several elements are '" + input + ".0', '" + input +
           ".1' and so on";
  }

  /// Moves the array of an input from `arrays` to the set.
  bool takeInput(const package::ManifestTensor &input, std::vector<NumpyArray> &arrays,
                 SampleSet &set) {
    std::optional<ItemType> type = itemTypeOf(input.datatype);
    if (!type)
      return refuse("input '" + input.name + "' is " + input.datatype +
                        ", which no file of numpy can hold",
                    "no " + what + " can be given for this model");
    auto found = llvm::find_if(arrays, [&](auto &array) { return array.name == input.name; });
    NumpyArray expected;
    expected.kind = type->kind;
    expected.itemBytes = type->bytes;
    const std::string typeWord = wordOf(expected);
    if (found == arrays.end())
      return refuse("the " + what + " has no array '" + input.name + "', expected " + typeWord +
                        " " + samplesText(input.shape),
                    "it holds " + namesOf(arrays) + noteOnColumns(input.name));
    if (found->kind != type->kind || found->itemBytes != type->bytes)
      return refuse("array '" + input.name + "' of the " + what + " is " + found->typeText() +
                        ", expected " + typeWord,
                    "convert it with array.astype(numpy." + typeWord + ")");
    llvm::ArrayRef<int64_t> extents = found->extents;
    auto sample = extents.empty() ? std::nullopt : sampleShape(extents.drop_front(), input.shape);
    if (!sample)
      return refuse("array '" + input.name + "' of the " + what + " is " + found->typeText() +
                        ", expected " + samplesText(input.shape),
                    "the first axis counts the samples; a leading extent of 1 may be left out");
    std::vector<int64_t> full = {extents.front()};
    llvm::append_range(full, *sample);
    found->extents = full;
    if (!countAndCheck(*found, set))
      return false;
    set.inputs.push_back(std::move(*found));
    arrays.erase(found);
    return true;
  }

  bool takeOther(NumpyArray &array, SampleSet &set) {
    if (array.extents.empty())
      return refuse("array '" + array.name + "' of the " + what + " is a single value, expected " +
                        "one entry for each sample",
                    "its first axis counts the samples");
    if (!countAndCheck(array, set))
      return false;
    set.others.push_back(std::move(array));
    return true;
  }

  bool countAndCheck(const NumpyArray &array, SampleSet &set) {
    int64_t count = array.extents.front();
    if (count == 0)
      return refuse("array '" + array.name + "' of the " + what + " is empty: " + array.typeText(),
                    "it needs at least one sample");
    if (set.samples >= 0 && count != set.samples)
      return refuse("array '" + array.name + "' of the " + what + " has " + llvm::Twine(count) +
                        " samples, but '" + set.inputs.front().name + "' has " +
                        llvm::Twine(set.samples),
                    "every array of a set has one entry for each sample");
    set.samples = count;
    if (int64_t at = firstNotFinite(array); at >= 0) {
      int64_t perSample = array.elementCount() / count;
      return refuse("array '" + array.name + "' of the " + what + " holds " +
                        (std::isnan(array.element(at)) ? "a NaN" : "an infinity") + " in sample " +
                        llvm::Twine(at / perSample) + ", expected finite numbers",
                    "leave that sample out");
    }
    return true;
  }

  static std::string wordOf(const NumpyArray &array) {
    return llvm::StringRef(array.typeText()).split(' ').first.str();
  }

  static std::string namesOf(llvm::ArrayRef<NumpyArray> arrays) {
    std::vector<std::string> names;
    for (const NumpyArray &array : arrays)
      names.push_back("'" + array.name + "'");
    return names.empty() ? "no array" : llvm::join(names, ", ");
  }

  const SetSource &source;
  llvm::ArrayRef<package::ManifestTensor> inputs;
  const std::string &what;
  Diagnostics &diagnostics;
  std::string file;
};

} // namespace

const NumpyArray *SampleSet::other(llvm::StringRef name) const {
  auto found = llvm::find_if(others, [&](const NumpyArray &array) { return array.name == name; });
  return found == others.end() ? nullptr : &*found;
}

std::optional<SampleSet> readSampleSet(const SetSource &source,
                                       llvm::ArrayRef<package::ManifestTensor> inputs,
                                       const std::string &what, Diagnostics &diagnostics) {
  return SetReader(source, inputs, what, diagnostics).read();
}

std::vector<NumpyArray> joinedSamples(const SampleSet &set, int64_t first, int64_t count) {
  std::vector<NumpyArray> joined;
  for (const NumpyArray &array : set.inputs) {
    NumpyArray part;
    part.name = array.name;
    part.kind = array.kind;
    part.itemBytes = array.itemBytes;
    part.extents.assign(array.extents.begin() + 1, array.extents.end());
    if (!part.extents.empty())
      part.extents.front() *= count;
    size_t sampleBytes = array.bytes.size() / static_cast<size_t>(set.samples);
    part.bytes.assign(array.bytes.begin() + first * sampleBytes,
                      array.bytes.begin() + (first + count) * sampleBytes);
    joined.push_back(std::move(part));
  }
  return joined;
}

std::optional<std::string> setDigest(const SetSource &source, Diagnostics &diagnostics) {
  std::string digests;
  for (const std::string &path : {source.path, source.inputPath, source.labelPath}) {
    if (path.empty())
      continue;
    std::optional<std::string> digest = sha256HexOfFile(path, diagnostics);
    if (!digest)
      return std::nullopt;
    digests += *digest;
  }
  return sha256Hex(digests);
}

} // namespace mdc::pipeline
