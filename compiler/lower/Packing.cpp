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
  if (kind == "panels" && (second.empty() || second == "t")) {
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
  case Packing::Kind::Conv:
    return "conv:" + std::to_string(packing.panel) + ":" + std::to_string(packing.channelBlock);
  case Packing::Kind::Depthwise:
    return "depthwise";
  }
  return "";
}

static uint64_t packedElements(ArrayRef<int64_t> shape, const Packing &packing) {
  uint64_t count = 1;
  if (packing.kind == Packing::Kind::Panels) {
    size_t rank = shape.size();
    int64_t columns = shape[packing.transposed ? rank - 2 : rank - 1];
    int64_t depth = shape[packing.transposed ? rank - 1 : rank - 2];
    for (int64_t extent : shape.drop_back(2))
      count *= extent;
    return count * depth * ceilDiv(columns, packing.panel) * packing.panel;
  }
  for (int64_t extent : shape.drop_front(2))
    count *= extent;
  if (packing.kind == Packing::Kind::Depthwise)
    return count * ceilDiv(shape[0], kLanes) * kLanes;
  return count * ceilDiv(shape[0], packing.panel) * packing.panel *
         ceilDiv(shape[1], packing.channelBlock) * packing.channelBlock;
}

uint64_t packedBytes(RankedTensorType type, llvm::StringRef text) {
  if (auto packing = parsePacking(text))
    return packedElements(type.getShape(), *packing) * sizeof(float);
  uint64_t bits = type.getElementType().getIntOrFloatBitWidth();
  return (uint64_t)type.getNumElements() * ((bits + 7) / 8);
}

static void packPanels(const float *from, float *to, ArrayRef<int64_t> shape,
                       const Packing &packing) {
  size_t rank = shape.size();
  int64_t columns = shape[packing.transposed ? rank - 2 : rank - 1];
  int64_t depth = shape[packing.transposed ? rank - 1 : rank - 2];
  int64_t columnStride = packing.transposed ? depth : 1,
          depthStride = packing.transposed ? 1 : columns;
  int64_t matrices = 1, panels = ceilDiv(columns, packing.panel);
  for (int64_t extent : shape.drop_back(2))
    matrices *= extent;
  for (int64_t matrix = 0; matrix < matrices; ++matrix, from += columns * depth)
    for (int64_t panel = 0; panel < panels; ++panel)
      for (int64_t k = 0; k < depth; ++k, to += packing.panel) {
        int64_t first = panel * packing.panel, count = std::min(packing.panel, columns - first);
        for (int64_t column = 0; column < count; ++column)
          to[column] = from[(first + column) * columnStride + k * depthStride];
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
    packPanels(from, to, type.getShape(), *packing);
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
