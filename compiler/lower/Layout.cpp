#include "compiler/lower/Layout.h"

#include "dialects/graph/Shape.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace mdc::lower {

int64_t vectorElements(Type element) {
  int64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  return std::max<int64_t>(1, kVectorBytes / bytes);
}

Layout channelsLast(RankedTensorType type) {
  Layout layout;
  layout.channelBlock = llvm::alignTo(std::max<int64_t>(1, type.getDimSize(1)),
                                      vectorElements(type.getElementType()));
  return layout;
}

bool isOnePixel(RankedTensorType type) {
  return type.getRank() >= 2 && !type.isDynamicDim(1) &&
         llvm::all_of(type.getShape().drop_front(2), [](int64_t extent) { return extent == 1; }) &&
         channelsLast(type).channelBlock == type.getDimSize(1);
}

Layout parseLayout(llvm::StringRef text) {
  Layout layout;
  auto [kind, border] = text.split(' ');
  int64_t block = 0;
  if (kind.empty())
    return layout;
  if (!kind.consume_front("c") || kind.getAsInteger(10, block)) {
    layout.packing = text.str();
    return layout;
  }
  layout.channelBlock = block;
  if (!border.consume_front("border "))
    return layout;
  auto [all, filling] = border.split(" value ");
  (void)filling.getAsInteger(10, layout.borderValue);
  SmallVector<StringRef> widths;
  all.split(widths, ',');
  for (auto [number, width] : llvm::enumerate(widths)) {
    int64_t value = 0;
    (void)width.getAsInteger(10, value);
    (number < widths.size() / 2 ? layout.borderLow : layout.borderHigh).push_back(value);
  }
  return layout;
}

std::string layoutText(const Layout &layout) {
  if (!layout.packing.empty())
    return layout.packing;
  std::string text;
  if (layout.rowMajor())
    return text;
  llvm::raw_string_ostream stream(text);
  stream << "c" << layout.channelBlock;
  if (layout.borderLow.empty())
    return text;
  stream << " border ";
  llvm::interleave(layout.borderLow, stream, ",");
  stream << ",";
  llvm::interleave(layout.borderHigh, stream, ",");
  if (layout.borderValue != 0)
    stream << " value " << layout.borderValue;
  return text;
}

int64_t layoutElements(RankedTensorType type, const Layout &layout, ArrayRef<int64_t> max) {
  int64_t count = 1;
  for (auto [axis, extent] : llvm::enumerate(graph::extentsOf(type))) {
    int64_t size = graph::evaluate(extent, max);
    if (layout.channelBlock > 1 && axis == 1)
      size = (size + layout.channelBlock - 1) / layout.channelBlock * layout.channelBlock;
    if (axis >= 2 && axis - 2 < layout.borderLow.size())
      size += layout.borderLow[axis - 2] + layout.borderHigh[axis - 2];
    count *= size;
  }
  return count;
}

int64_t layoutBytes(RankedTensorType type, llvm::StringRef layout, ArrayRef<int64_t> max) {
  int64_t bits = type.getElementType().getIntOrFloatBitWidth();
  return layoutElements(type, parseLayout(layout), max) * ((bits + 7) / 8);
}

} // namespace mdc::lower
