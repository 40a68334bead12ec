#include "compiler/lower/SparsePacking.h"

#include "compiler/lower/Machine.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstring>

using namespace mlir;

namespace mdc::lower {

std::optional<SparsePacking> parseSparsePacking(llvm::StringRef text) {
  SparsePacking packing;
  if (text.consume_front("sparse-conv:")) {
    packing.transposed = true;
    packing.conv.emplace();
    SmallVector<StringRef> numbers;
    text.split(numbers, ':');
    if (numbers.size() != packing.conv->size())
      return std::nullopt;
    for (auto [number, value] : llvm::zip_equal(numbers, *packing.conv))
      if (number.getAsInteger(10, value))
        return std::nullopt;
    return packing;
  }
  if (!text.consume_front("sparse:"))
    return std::nullopt;
  packing.transposed = text.consume_back(":t");
  if (text.getAsInteger(10, packing.width) || (packing.width != 1 && packing.width != kLanes))
    return std::nullopt;
  return packing;
}

std::string sparsePackingText(const SparsePacking &packing) {
  if (!packing.conv)
    return "sparse:" + std::to_string(packing.width) + (packing.transposed ? ":t" : "");
  std::string text = "sparse-conv";
  for (int64_t number : *packing.conv)
    text += ":" + std::to_string(number);
  return text;
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

std::vector<Place> placesOf(int64_t depth, ArrayRef<int64_t> shape, const SparsePacking &packing) {
  std::vector<Place> places;
  for (int64_t k = 0; k < depth; ++k) {
    int64_t offset = k;
    if (packing.conv) {
      auto [block, blockStride, rowStride, columnStride] = *packing.conv;
      int64_t width = shape.size() > 3 ? shape[3] : shape[2];
      int64_t height = shape.size() > 3 ? shape[2] : 1;
      int64_t channel = k / (height * width), row = k / width % height, column = k % width;
      offset =
          channel / block * blockStride + row * rowStride + column * columnStride + channel % block;
    }
    places.push_back({int32_t(offset), k});
  }
  llvm::sort(places);
  return places;
}

void appendWords(std::vector<char> &to, const void *words, int64_t count) {
  size_t begin = to.size();
  to.resize(begin + wholeLines(count) * 4, 0);
  if (count != 0)
    std::memcpy(to.data() + begin, words, count * 4);
}

} // namespace

std::vector<char> packSparse(llvm::ArrayRef<char> bytes, RankedTensorType type,
                             const SparsePacking &packing) {
  Matrix matrix(bytes, type, packing.transposed);
  std::vector<Place> places = placesOf(matrix.depth, type.getShape(), packing);
  std::vector<int32_t> starts, offsets;
  std::vector<float> weights;
  for (int64_t list = 0; list < sparseLists(matrix.columns, packing.width); ++list) {
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
  appendWords(packed, starts.data(), starts.size());
  appendWords(packed, offsets.data(), offsets.size());
  appendWords(packed, weights.data(), weights.size());
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
