#include "compiler/lower/Packing.h"

#include "compiler/lower/Machine.h"
#include <cassert>
#include <cstring>

using namespace mlir;

namespace mdc::lower {

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::optional<Packing> parsePacking(llvm::StringRef text) {
  Packing packing;
  auto [kind, rest] = text.split(':');
  auto [first, second] = rest.split(':');
  if (kind == "depthwise" && rest.empty()) {
    packing.kind = Packing::Kind::Depthwise;
    return packing;
  }
  if (first.getAsInteger(10, packing.panel))
    return std::nullopt;
  if ((kind == "panels" || kind == "groups") && (second.empty() || second == "t")) {
    packing.kind = kind == "panels" ? Packing::Kind::Panels : Packing::Kind::Groups;
    packing.transposed = second == "t";
    return packing;
  }
  packing.kind = Packing::Kind::Conv;
  if (kind != "conv" || second.getAsInteger(10, packing.channelBlock))
    return std::nullopt;
  return packing;
}

std::string packingText(const Packing &packing) {
  switch (packing.kind) {
  case Packing::Kind::Panels:
    return "panels:" + std::to_string(packing.panel) + (packing.transposed ? ":t" : "");
  case Packing::Kind::Groups:
    return "groups:" + std::to_string(packing.panel) + (packing.transposed ? ":t" : "");
  case Packing::Kind::Conv:
    return "conv:" + std::to_string(packing.panel) + ":" + std::to_string(packing.channelBlock);
  case Packing::Kind::Depthwise:
    return "depthwise";
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

static uint64_t packedElements(ArrayRef<int64_t> shape, const Packing &packing) {
  uint64_t count = 1;
  if (packing.kind == Packing::Kind::Panels || packing.kind == Packing::Kind::Groups) {
    Matrices matrices(shape, packing.transposed);
    int64_t depth = packing.kind == Packing::Kind::Panels
                        ? matrices.depth
                        : ceilDiv(matrices.depth, kGroupBytes) * kGroupBytes;
    return matrices.count * depth * ceilDiv(matrices.columns, packing.panel) * packing.panel;
  }
  for (int64_t extent : shape.drop_front(2))
    count *= extent;
  if (packing.kind == Packing::Kind::Depthwise)
    return count * ceilDiv(shape[0], kLanes) * kLanes;
  return count * ceilDiv(shape[0], packing.panel) * packing.panel *
         ceilDiv(shape[1], packing.channelBlock) * packing.channelBlock;
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

static void packConv(const float *from, float *to, ArrayRef<int64_t> shape,
                     const Packing &packing) {
  int64_t outs = shape[0], ins = shape[1], window = 1, block = packing.channelBlock;
  for (int64_t extent : shape.drop_front(2))
    window *= extent;
  int64_t blocks = ceilDiv(ins, block);
  for (int64_t out = 0; out < outs; ++out) {
    float *panel = to + out / packing.panel * blocks * window * block * packing.panel;
    for (int64_t in = 0; in < ins; ++in)
      for (int64_t at = 0; at < window; ++at) {
        int64_t row = ((in / block) * window + at) * block + in % block;
        panel[row * packing.panel + out % packing.panel] = *from++;
      }
  }
}

static void packDepthwise(const float *from, float *to, ArrayRef<int64_t> shape) {
  int64_t window = 1;
  for (int64_t extent : shape.drop_front(2))
    window *= extent;
  for (int64_t channel = 0; channel < shape[0]; ++channel)
    for (int64_t at = 0; at < window; ++at)
      to[(channel / kLanes * window + at) * kLanes + channel % kLanes] = *from++;
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
  auto packing = parsePacking(text);
  if (!packing)
    return {bytes.begin(), bytes.end()};
  std::vector<char> packed(packedBytes(type, text), 0);
  auto *from = reinterpret_cast<const float *>(bytes.data());
  auto *to = reinterpret_cast<float *>(packed.data());
  switch (packing->kind) {
  case Packing::Kind::Panels:
    if (type.getElementTypeBitWidth() == 8)
      packPanels(bytes.data(), packed.data(), type.getShape(), *packing);
    else
      packPanels(from, to, type.getShape(), *packing);
    break;
  case Packing::Kind::Groups:
    packGroups(bytes.data(), packed.data(), type.getShape(), *packing);
    break;
  case Packing::Kind::Conv:
    packConv(from, to, type.getShape(), *packing);
    break;
  case Packing::Kind::Depthwise:
    packDepthwise(from, to, type.getShape());
    break;
  }
  return packed;
}

} // namespace mdc::lower
