#include "compiler/lower/SparsePacking.h"

#include "compiler/lower/Machine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;

namespace mdc::lower {

static constexpr llvm::StringRef kConvPrefix = "sparse-conv:", kPlanePrefix = "sparse-plane:";

// Numbers between colons, as many as there are places for.
static bool parseNumbers(llvm::StringRef text, ArrayRef<int64_t *> places) {
  SmallVector<StringRef> numbers;
  text.split(numbers, ':');
  if (numbers.size() != places.size())
    return false;
  return llvm::all_of(llvm::zip_equal(numbers, places), [](auto pair) {
    auto [number, place] = pair;
    return !number.getAsInteger(10, *place);
  });
}

static SmallVector<int64_t *> numbersOf(PlaneOffsets &plane) {
  return {&plane.channels,  &plane.line,        &plane.pitch,      &plane.stride[0],
          &plane.stride[1], &plane.dilation[0], &plane.dilation[1]};
}

std::optional<SparsePacking> parseSparsePacking(llvm::StringRef text) {
  SparsePacking packing;
  packing.transposed = true;
  if (text.consume_front(kConvPrefix)) {
    auto &conv = packing.conv.emplace();
    bool read = parseNumbers(text, {&conv[0], &conv[1], &conv[2], &conv[3]});
    return read ? std::optional(packing) : std::nullopt;
  }
  if (text.consume_front(kPlanePrefix)) {
    packing.width = 1;
    bool read = parseNumbers(text, numbersOf(packing.plane.emplace()));
    return read ? std::optional(packing) : std::nullopt;
  }
  if (!text.consume_front("sparse:"))
    return std::nullopt;
  packing.transposed = text.consume_back(":t");
  if (text.getAsInteger(10, packing.width) || (packing.width != 1 && packing.width != kLanes))
    return std::nullopt;
  return packing;
}

std::string sparsePackingText(const SparsePacking &packing) {
  SmallVector<int64_t> numbers;
  if (packing.conv)
    llvm::append_range(numbers, *packing.conv);
  else if (auto plane = packing.plane)
    for (int64_t *number : numbersOf(*plane))
      numbers.push_back(*number);
  else
    return "sparse:" + std::to_string(packing.width) + (packing.transposed ? ":t" : "");
  std::string text;
  for (int64_t number : numbers)
    text += (text.empty() ? "" : ":") + std::to_string(number);
  return (packing.conv ? kConvPrefix : kPlanePrefix).str() + text;
}

int64_t sparseLists(int64_t columns, int64_t width) {
  return (columns + kLanes - 1) / kLanes * (kLanes / width);
}

namespace {

// A weight as a matrix of columns (output channels) and depth.
struct Matrix {
  Matrix(llvm::ArrayRef<char> bytes, RankedTensorType type, bool transposed)
      : elements(reinterpret_cast<const float *>(bytes.data())) {
    ArrayRef<int64_t> shape = type.getShape();
    columns = transposed ? shape[0] : shape[1];
    depth = type.getNumElements() / columns;
    columnStride = transposed ? depth : 1;
    depthStride = transposed ? 1 : columns;
  }

  float at(int64_t column, int64_t k) const {
    return elements[column * columnStride + k * depthStride];
  }
  // Whether one of `width` columns from `first` on is not zero at k.
  bool any(int64_t first, int64_t width, int64_t k) const {
    for (int64_t column = first; column < std::min(first + width, columns); ++column)
      if (at(column, k) != 0)
        return true;
    return false;
  }

  const float *elements;
  int64_t columns, depth, columnStride, depthStride;
};

// Where the left operand's element of a depth position lies, and the position.
using Place = std::pair<int32_t, int64_t>;

// The depth of a convolution's weight in its three parts.
struct Tap {
  Tap(int64_t position, ArrayRef<int64_t> kernel)
      : channel(position / (kernel[0] * kernel[1])), row(position / kernel[1] % kernel[0]),
        column(position % kernel[1]) {}
  int64_t channel, row, column;
};

int64_t offsetOf(const Tap &tap, const std::array<int64_t, 4> &conv) {
  auto [block, blockStride, rowStride, columnStride] = conv;
  return tap.channel / block * blockStride + tap.row * rowStride + tap.column * columnStride +
         tap.channel % block;
}

int64_t offsetOf(const Tap &tap, ArrayRef<int64_t> kernel, const PlaneOffsets &plane) {
  int64_t row = tap.row * plane.dilation[0], column = tap.column * plane.dilation[1];
  int64_t line = tap.channel % plane.channels;
  line = line * plane.phases(0, kernel[0]) + row % plane.stride[0];
  line = line * plane.phases(1, kernel[1]) + column % plane.stride[1];
  return line * plane.line + row / plane.stride[0] * plane.pitch + column / plane.stride[1];
}

// In the runs that have lists of their own.
std::vector<std::vector<Place>> placesOf(int64_t depth, ArrayRef<int64_t> shape,
                                         const SparsePacking &packing) {
  std::vector<std::vector<Place>> runs(1);
  int64_t kernel[2] = {1, 1};
  if (shape.size() > 2)
    kernel[1] = shape.back();
  if (shape.size() > 3)
    kernel[0] = shape[2];
  for (int64_t k = 0; k < depth; ++k) {
    Tap tap(k, kernel);
    size_t run = packing.plane        ? tap.channel / packing.plane->channels
                 : packing.width == 1 ? k / kRunDepth
                                      : 0;
    runs.resize(std::max(runs.size(), run + 1));
    int64_t offset = packing.conv         ? offsetOf(tap, *packing.conv)
                     : packing.plane      ? offsetOf(tap, kernel, *packing.plane)
                     : packing.width == 1 ? k % kRunDepth
                                          : k;
    runs[run].push_back({int32_t(offset), k});
  }
  for (auto &places : runs)
    llvm::sort(places);
  return runs;
}

void appendLines(std::vector<char> &to, const void *bytes, int64_t count) {
  size_t begin = to.size();
  to.resize(begin + llvm::alignTo(count, 64), 0);
  if (count != 0)
    std::memcpy(to.data() + begin, bytes, count);
}

template <typename T> void appendLines(std::vector<char> &to, const std::vector<T> &elements) {
  appendLines(to, elements.data(), int64_t(elements.size() * sizeof(T)));
}

} // namespace

std::vector<char> packSparse(llvm::ArrayRef<char> bytes, RankedTensorType type,
                             const SparsePacking &packing) {
  Matrix matrix(bytes, type, packing.transposed);
  std::vector<int32_t> starts, offsets;
  std::vector<float> weights;
  int64_t lists = sparseLists(matrix.columns, packing.width);
  for (const auto &places : placesOf(matrix.depth, type.getShape(), packing))
    for (int64_t list = 0; list < lists; ++list) {
      starts.push_back(int32_t(offsets.size()));
      int64_t first = list * packing.width;
      for (auto [offset, k] : places) {
        if (!matrix.any(first, packing.width, k))
          continue;
        offsets.push_back(offset);
        for (int64_t column = first; column < first + packing.width; ++column)
          weights.push_back(column < matrix.columns ? matrix.at(column, k) : 0.0f);
      }
    }
  starts.push_back(int32_t(offsets.size()));
  std::vector<char> packed;
  appendLines(packed, starts);
  if (packing.width == 1)
    appendLines(packed, std::vector<uint16_t>(offsets.begin(), offsets.end()));
  else
    appendLines(packed, offsets);
  appendLines(packed, weights);
  return packed;
}

SparseCounts countSparse(llvm::ArrayRef<char> bytes, RankedTensorType type, bool transposed) {
  Matrix matrix(bytes, type, transposed);
  SparseCounts counts;
  counts.weights = type.getNumElements();
  for (int64_t i = 0; i < counts.weights; ++i)
    counts.entriesOfOne += matrix.elements[i] != 0;
  for (int64_t first = 0; first < matrix.columns; first += kLanes)
    for (int64_t k = 0; k < matrix.depth; ++k)
      counts.entriesOfSixteen += matrix.any(first, kLanes, k);
  return counts;
}

} // namespace mdc::lower
