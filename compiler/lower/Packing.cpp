#include "compiler/lower/Packing.h"

#include "compiler/lower/Machine.h"
#include "compiler/lower/SparsePacking.h"
#include <cassert>
#include <cstring>

using namespace mlir;

namespace mdc::lower {

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static constexpr llvm::StringRef kBitsPrefix = "sparse-bits:";

std::optional<Packing> parsePacking(llvm::StringRef text) {
  Packing packing;
  if (text.consume_front(kBitsPrefix)) {
    auto dense = parsePacking(text);
    if (!dense || dense->bits ||
        (dense->kind != Packing::Kind::Panels && dense->kind != Packing::Kind::Conv))
      return std::nullopt;
    dense->bits = true;
    return dense;
  }
  auto [kind, rest] = text.split(':');
  auto [first, second] = rest.split(':');
  if ((kind == "depthwise" || kind == "depthwise-groups") && rest.empty()) {
    packing.kind = kind == "depthwise" ? Packing::Kind::Depthwise : Packing::Kind::DepthwiseGroups;
    return packing;
  }
  if (first.getAsInteger(10, packing.panel))
    return std::nullopt;
  if ((kind == "panels" || kind == "groups") && (second.empty() || second == "t")) {
    packing.kind = kind == "panels" ? Packing::Kind::Panels : Packing::Kind::Groups;
    packing.transposed = second == "t";
    return packing;
  }
  if ((kind == "rows" || kind == "taps-last" || kind == "channels-last") && second.empty() &&
      packing.panel > 0) {
    packing.kind = kind == "rows"        ? Packing::Kind::Rows
                   : kind == "taps-last" ? Packing::Kind::TapsLast
                                         : Packing::Kind::ChannelsLast;
    return packing;
  }
  if (kind == "conv-taps" && second.empty()) {
    packing.kind = Packing::Kind::ConvTaps;
    packing.channelBlock = 1;
    return packing;
  }
  packing.kind = kind == "conv" ? Packing::Kind::Conv : Packing::Kind::ConvGroups;
  if ((kind != "conv" && kind != "conv-groups") || second.getAsInteger(10, packing.channelBlock))
    return std::nullopt;
  return packing;
}

std::string packingText(const Packing &packing) {
  if (packing.bits) {
    Packing dense = packing;
    dense.bits = false;
    return kBitsPrefix.str() + packingText(dense);
  }
  switch (packing.kind) {
  case Packing::Kind::Panels:
    return "panels:" + std::to_string(packing.panel) + (packing.transposed ? ":t" : "");
  case Packing::Kind::Groups:
    return "groups:" + std::to_string(packing.panel) + (packing.transposed ? ":t" : "");
  case Packing::Kind::Conv:
  case Packing::Kind::ConvGroups:
    return (packing.kind == Packing::Kind::Conv ? "conv:" : "conv-groups:") +
           std::to_string(packing.panel) + ":" + std::to_string(packing.channelBlock);
  case Packing::Kind::ConvTaps:
    return "conv-taps:" + std::to_string(packing.panel);
  case Packing::Kind::Depthwise:
    return "depthwise";
  case Packing::Kind::DepthwiseGroups:
    return "depthwise-groups";
  case Packing::Kind::Rows:
    return "rows:" + std::to_string(packing.panel);
  case Packing::Kind::TapsLast:
    return "taps-last:" + std::to_string(packing.panel);
  case Packing::Kind::ChannelsLast:
    return "channels-last:" + std::to_string(packing.panel);
  }
  return "";
}

namespace {

// A matmul's right-hand side: elements [depth][columns] of each matrix.
struct Matrices {
  Matrices(ArrayRef<int64_t> shape, bool transposed) {
    int64_t last = shape.back(), before = shape[shape.size() - 2];
    depth = transposed ? last : before;
    columns = transposed ? before : last;
    depthStride = transposed ? 1 : columns;
    columnStride = transposed ? depth : 1;
    for (int64_t extent : shape.drop_back(2))
      count *= extent;
  }
  int64_t count = 1, depth, columns, depthStride, columnStride;
};

} // namespace

// Bytes of one column's products that a kernel takes in one step.
static constexpr int64_t kGroupBytes = 4;

// A window of one axis has one row.
static int64_t windowRows(ArrayRef<int64_t> shape) { return shape.size() > 3 ? shape[2] : 1; }

static uint64_t packedElements(ArrayRef<int64_t> shape, const Packing &packing) {
  uint64_t count = 1;
  if (packing.kind == Packing::Kind::Panels || packing.kind == Packing::Kind::Groups) {
    Matrices matrices(shape, packing.transposed);
    int64_t depth = packing.kind == Packing::Kind::Panels
                        ? matrices.depth
                        : ceilDiv(matrices.depth, kGroupBytes) * kGroupBytes;
    return matrices.count * depth * ceilDiv(matrices.columns, packing.panel) * packing.panel;
  }
  if (packing.kind == Packing::Kind::Rows) {
    int64_t row = ShapedType::getNumElements(shape.drop_front(1));
    return shape[0] * ceilDiv(row, packing.panel) * packing.panel;
  }
  for (int64_t extent : shape.drop_front(2))
    count *= extent;
  if (packing.kind == Packing::Kind::TapsLast)
    return count * shape[0] * ceilDiv(shape[1], packing.panel) * packing.panel;
  if (packing.kind == Packing::Kind::ChannelsLast)
    return count * ceilDiv(shape[0], packing.panel) * packing.panel;
  if (packing.kind == Packing::Kind::ConvTaps)
    return count / shape.back() * ceilDiv(shape.back(), kGroupBytes) * kGroupBytes *
           ceilDiv(shape[0], packing.panel) * packing.panel;
  if (packing.kind == Packing::Kind::Depthwise)
    return count * ceilDiv(shape[0], kLanes) * kLanes;
  if (packing.kind == Packing::Kind::DepthwiseGroups)
    return count / windowRows(shape) * ceilDiv(windowRows(shape), kGroupBytes) * kGroupBytes *
           ceilDiv(shape[0], kLanes) * kLanes;
  return count * ceilDiv(shape[0], packing.panel) * packing.panel *
         ceilDiv(shape[1], packing.channelBlock) * packing.channelBlock;
}

SparseBits sparseBits(RankedTensorType type, const Packing &packing) {
  ArrayRef<int64_t> shape = type.getShape();
  int64_t all = packedElements(shape, packing), panels = ceilDiv(shape[0], packing.panel);
  if (packing.kind == Packing::Kind::Panels) {
    Matrices matrices(shape, packing.transposed);
    panels = matrices.count * ceilDiv(matrices.columns, packing.panel);
  }
  return {panels, all / panels};
}

int64_t rowPitch(RankedTensorType type, llvm::StringRef text) {
  int64_t row = ShapedType::getNumElements(type.getShape().drop_front(1));
  auto packing = parsePacking(text);
  if (!packing || packing->kind != Packing::Kind::Rows)
    return row;
  return ceilDiv(row, packing->panel) * packing->panel;
}

std::optional<llvm::SmallVector<int64_t>> packedStrides(RankedTensorType type,
                                                        llvm::StringRef text) {
  using Kind = Packing::Kind;
  auto packing = parsePacking(text);
  if (!packing ||
      !llvm::is_contained({Kind::Rows, Kind::TapsLast, Kind::ChannelsLast}, packing->kind))
    return std::nullopt;
  ArrayRef<int64_t> shape = type.getShape();
  llvm::SmallVector<int64_t> strides(shape.size(), 1);
  bool rows = packing->kind == Kind::Rows, tapsLast = packing->kind == Kind::TapsLast;
  int64_t stride = rows ? 1 : ceilDiv(shape[tapsLast ? 1 : 0], packing->panel) * packing->panel;
  for (size_t axis = shape.size(); axis-- > (rows ? 1 : 2); stride *= shape[axis])
    strides[axis] = stride;
  if (rows || tapsLast)
    strides[0] = ceilDiv(stride, packing->panel) * packing->panel;
  return strides;
}

uint64_t packedBytes(RankedTensorType type, llvm::StringRef text) {
  uint64_t elementBytes = (type.getElementTypeBitWidth() + 7) / 8;
  if (auto packing = parsePacking(text))
    return packedElements(type.getShape(), *packing) * elementBytes;
  return (uint64_t)type.getNumElements() * elementBytes;
}

template <typename T>
static void packPanels(const T *from, T *to, ArrayRef<int64_t> shape, const Packing &packing) {
  Matrices matrices(shape, packing.transposed);
  int64_t panels = ceilDiv(matrices.columns, packing.panel);
  for (int64_t matrix = 0; matrix < matrices.count; ++matrix) {
    for (int64_t panel = 0; panel < panels; ++panel)
      for (int64_t k = 0; k < matrices.depth; ++k, to += packing.panel) {
        int64_t first = panel * packing.panel;
        int64_t count = std::min(packing.panel, matrices.columns - first);
        for (int64_t column = 0; column < count; ++column)
          to[column] = from[(first + column) * matrices.columnStride + k * matrices.depthStride];
      }
    from += matrices.columns * matrices.depth;
  }
}

static void packGroups(const char *from, char *to, ArrayRef<int64_t> shape,
                       const Packing &packing) {
  Matrices matrices(shape, packing.transposed);
  int64_t groups = ceilDiv(matrices.depth, kGroupBytes);
  int64_t panels = ceilDiv(matrices.columns, packing.panel);
  int64_t panelBytes = groups * packing.panel * kGroupBytes;
  for (int64_t matrix = 0; matrix < matrices.count; ++matrix) {
    for (int64_t column = 0; column < matrices.columns; ++column) {
      char *panel = to + column / packing.panel * panelBytes;
      int64_t inPanel = column % packing.panel * kGroupBytes;
      for (int64_t k = 0; k < matrices.depth; ++k)
        panel[k / kGroupBytes * packing.panel * kGroupBytes + inPanel + k % kGroupBytes] =
            from[column * matrices.columnStride + k * matrices.depthStride];
    }
    from += matrices.columns * matrices.depth;
    to += panels * panelBytes;
  }
}

// `group`: input channels that lie together for each output channel.
template <typename T>
static void packConv(const T *from, T *to, ArrayRef<int64_t> shape, const Packing &packing,
                     int64_t group) {
  int64_t outs = shape[0], ins = shape[1], window = 1, block = packing.channelBlock;
  for (int64_t extent : shape.drop_front(2))
    window *= extent;
  int64_t blocks = ceilDiv(ins, block);
  for (int64_t out = 0; out < outs; ++out) {
    T *panel = to + out / packing.panel * blocks * window * block * packing.panel;
    for (int64_t in = 0; in < ins; ++in)
      for (int64_t at = 0; at < window; ++at) {
        int64_t row = ((in / block) * window + at) * block + in % block / group * group;
        panel[row * packing.panel + out % packing.panel * group + in % group] = *from++;
      }
  }
}

// One input channel; groups are taps beside each other.
static void packTaps(const char *from, char *to, ArrayRef<int64_t> shape, int64_t panel) {
  int64_t rows = windowRows(shape), columns = shape.back();
  int64_t groups = ceilDiv(columns, kGroupBytes);
  for (int64_t out = 0; out < shape[0]; ++out)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t group = (out / panel * rows + row) * groups + column / kGroupBytes;
        to[(group * panel + out % panel) * kGroupBytes + column % kGroupBytes] = *from++;
      }
}

template <typename T> static void packDepthwise(const T *from, T *to, ArrayRef<int64_t> shape) {
  int64_t window = 1;
  for (int64_t extent : shape.drop_front(2))
    window *= extent;
  for (int64_t channel = 0; channel < shape[0]; ++channel)
    for (int64_t at = 0; at < window; ++at)
      to[(channel / kLanes * window + at) * kLanes + channel % kLanes] = *from++;
}

// Groups are taps below each other.
static void packDepthwiseGroups(const char *from, char *to, ArrayRef<int64_t> shape) {
  int64_t rows = windowRows(shape), columns = shape.back();
  int64_t groups = ceilDiv(rows, kGroupBytes);
  for (int64_t channel = 0; channel < shape[0]; ++channel)
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t group = (channel / kLanes * groups + row / kGroupBytes) * columns + column;
        to[(group * kLanes + channel % kLanes) * kGroupBytes + row % kGroupBytes] = *from++;
      }
}

static void packStrided(const char *from, char *to, RankedTensorType type,
                        ArrayRef<int64_t> strides) {
  int64_t elementBytes = type.getElementTypeBitWidth() / 8;
  llvm::SmallVector<int64_t> at(strides.size(), 0);
  for (int64_t left = type.getNumElements(); left > 0; --left, from += elementBytes) {
    int64_t place = 0;
    for (auto [index, stride] : llvm::zip(at, strides))
      place += index * stride;
    std::memcpy(to + place * elementBytes, from, elementBytes);
    for (size_t axis = at.size(); axis-- > 0 && ++at[axis] == type.getDimSize(axis);)
      at[axis] = 0;
  }
}

// Groups are of bytes only.
template <typename T>
static void packElements(const T *from, T *to, ArrayRef<int64_t> shape, const Packing &packing) {
  if constexpr (sizeof(T) == 1) {
    if (packing.kind == Packing::Kind::Groups)
      return packGroups(from, to, shape, packing);
    if (packing.kind == Packing::Kind::DepthwiseGroups)
      return packDepthwiseGroups(from, to, shape);
    if (packing.kind == Packing::Kind::ConvGroups)
      return packConv(from, to, shape, packing, kGroupBytes);
    if (packing.kind == Packing::Kind::ConvTaps)
      return packTaps(from, to, shape, packing.panel);
  }
  if (packing.kind == Packing::Kind::Panels)
    packPanels(from, to, shape, packing);
  else if (packing.kind == Packing::Kind::Conv)
    packConv(from, to, shape, packing, 1);
  else if (packing.kind == Packing::Kind::Depthwise)
    packDepthwise(from, to, shape);
}

std::vector<char> packWeight(llvm::ArrayRef<char> bytes, RankedTensorType type,
                             llvm::StringRef text) {
  uint64_t plainBytes = packedBytes(type, "");
  std::vector<char> expanded;
  if (bytes.size() < plainBytes && !bytes.empty()) { // a splat
    expanded.reserve(plainBytes);
    while (expanded.size() < plainBytes)
      expanded.insert(expanded.end(), bytes.begin(), bytes.end());
    bytes = expanded;
  }
  if (auto sparse = parseSparsePacking(text))
    return packSparse(bytes, type, *sparse);
  auto packing = parsePacking(text);
  if (!packing)
    return {bytes.begin(), bytes.end()};
  std::vector<char> packed(packedBytes(type, text), 0);
  if (auto strides = packedStrides(type, text))
    packStrided(bytes.data(), packed.data(), type, *strides);
  else if (type.getElementTypeBitWidth() == 8)
    packElements(bytes.data(), packed.data(), type.getShape(), *packing);
  else
    packElements(reinterpret_cast<const float *>(bytes.data()),
                 reinterpret_cast<float *>(packed.data()), type.getShape(), *packing);
  if (packing->bits)
    return leaveOutZeros({reinterpret_cast<const float *>(packed.data()), packed.size() / 4},
                         sparseBits(type, *packing));
  return packed;
}

} // namespace mdc::lower
