#include "compiler/lower/kernels/PanelCopy.h"

#include "compiler/lower/kernels/MultiplyAdd.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

void copyPanel(RegionEmitter &e, const PanelSource &source, Value firstColumn, int64_t panelColumns,
               Value panel) {
  Value last = e.addConstant(source.columns, -1);
  SmallVector<Value> from;
  for (int64_t v = 0; v < panelColumns; v += kLanes)
    from.push_back(e.add(source.first, e.minimum(e.addConstant(firstColumn, v), last)));
  e.loop(e.index(0), source.depth, 1, [&](Value k) {
    Value line = e.mul(k, source.columns), to = e.mulConstant(k, panelColumns);
    for (auto [v, begin] : llvm::enumerate(from)) {
      Value lanes = loadLanes(e, source.flat, e.add(begin, line), 0);
      vector::StoreOp::create(e.builder, e.loc(), lanes, panel,
                              ValueRange{e.addConstant(to, v * kLanes)});
    }
  });
}

// Rounds of the depth that are copied together, so that a line of the source is read while it is in
// the cache.
static constexpr int64_t kDepthRun = 8;

void copyPanelTransposed(RegionEmitter &e, const PanelSource &source, Value firstColumn,
                         int64_t panelColumns, Value panel) {
  Value last = e.addConstant(source.columns, -1);
  auto copyRun = [&](Value k, int64_t count) {
    e.loop(e.index(0), e.index(panelColumns), 1, [&](Value lane) {
      Value column = e.minimum(e.add(firstColumn, lane), last);
      Value from = e.add(source.first, e.add(e.mul(column, source.depth), k));
      Value to = e.add(e.mulConstant(k, panelColumns), lane);
      for (int64_t offset = 0; offset < count; ++offset) {
        Value element = loadElement(e, source.flat, from, offset);
        Value at = e.addConstant(to, offset * panelColumns);
        memref::StoreOp::create(e.builder, e.loc(), element, panel, ValueRange{at});
      }
    });
  };
  Value whole = e.sub(source.depth, e.remainder(source.depth, e.index(kDepthRun)));
  e.loop(e.index(0), whole, kDepthRun, [&](Value k) { copyRun(k, kDepthRun); });
  e.loop(whole, source.depth, 1, [&](Value k) { copyRun(k, 1); });
}

void widenPanel(RegionEmitter &e, Value bytes, Value first, Value lines, int64_t panelColumns,
                Value panel) {
  e.loop(e.index(0), lines, 1, [&](Value k) {
    Value line = e.mulConstant(k, panelColumns);
    for (int64_t v = 0; v < panelColumns; v += kLanes) {
      Value lanes = loadFloats(e, bytes, e.add(first, line), v);
      vector::StoreOp::create(e.builder, e.loc(), lanes, panel, ValueRange{e.addConstant(line, v)});
    }
  });
}

} // namespace mdc::lower
