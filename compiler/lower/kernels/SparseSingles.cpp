#include "compiler/lower/kernels/SparseSingles.h"

#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/Transpose.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdc::lower {

// Bytes of sums that a thread keeps on its stack and in the second-level cache.
static constexpr int64_t kMostSumBytes = 128 << 10;

int64_t singlesVectors(int64_t positions, int64_t mostVectors) {
  // Fewer vectors of sums than these wait for one another.
  constexpr int64_t leastVectors = 4;
  int64_t best = 1, bestCost = INT64_MAX;
  for (int64_t vectors = mostVectors; vectors >= 1; --vectors) {
    int64_t tiles = llvm::divideCeil(positions, vectors * kLanes);
    int64_t cost = tiles > 1 ? tiles * std::max(vectors, leastVectors) : vectors;
    if (cost < bestCost) {
      best = vectors;
      bestCost = cost;
    }
  }
  return best;
}

SparseSingles::SparseSingles(RegionEmitter &emitter, Value weight, const SinglesForm &form)
    : e(emitter), form(form), panels(llvm::divideCeil(form.outputs, kLanes)),
      entries(emitter, emitter.argumentOperand(weight),
              int64_t(llvm::divideCeil(form.inputs, form.run)) * panels * kLanes, 1,
              /*offsetBits=*/16) {}

void SparseSingles::emit(AffineExpr tiles, double multiplyAdds) {
  // Few tiles: the panels have to feed the threads. Each item turns its input anew.
  int64_t panelBytes = kLanes * form.positions * int64_t(sizeof(float));
  int64_t groups = llvm::divideCeil(panels * panelBytes, kMostSumBytes);
  groups = std::max<int64_t>(groups, graph::constantOf(tiles).value_or(1) < 4 ? 4 : 1);
  int64_t panelsOfItem = llvm::divideCeil(panels, groups);
  groups = llvm::divideCeil(panels, panelsOfItem);
  SmallVector<Value> counts = {e.index(groups), e.extent(tiles)};
  double work = multiplyAdds * double(panelsOfItem * kLanes * form.positions) / 64;
  e.parallel(e.extent(tiles * groups), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    firstPanel = e.mulConstant(parts[0], panelsOfItem);
    endPanel = e.minimum(e.addConstant(firstPanel, panelsOfItem), e.index(panels));
    turned = stackPanel(e, form.run * form.inputFloats);
    sums = stackPanel(e, panelsOfItem * kLanes * form.positions);
    square = stackPanel(e, kLanes * form.positions);
    entries.locate();
    begin(parts[1]);
    startSums();
    e.loop(e.index(0), e.index(llvm::divideCeil(form.inputs, form.run)), 1, [&](Value run) {
      turn(run);
      addRun(run);
    });
    e.loop(firstPanel, endPanel, 1, [&](Value panel) {
      turnSums(panel);
      store(panel);
    });
  });
}

Value SparseSingles::sumsOf(Value output) {
  return e.mulConstant(e.sub(output, e.mulConstant(firstPanel, kLanes)), form.positions);
}

void SparseSingles::forOutputs(llvm::function_ref<void(Value)> body) {
  e.loop(e.mulConstant(firstPanel, kLanes), e.mulConstant(endPanel, kLanes), 1, body);
}

void SparseSingles::startSums() {
  Value last = e.index(form.outputs - 1);
  forOutputs([&](Value output) {
    Value value = start(e.minimum(output, last)), at = sumsOf(output);
    for (int64_t lane = 0; lane < form.positions; lane += kLanes)
      vector::StoreOp::create(e.builder, e.loc(), value, sums, ValueRange{e.addConstant(at, lane)});
  });
}

void SparseSingles::addRun(Value run) {
  Value firstList = e.mulConstant(run, panels * kLanes);
  forOutputs([&](Value output) {
    Value at = sumsOf(output);
    Sums own;
    for (int64_t lane = 0; lane < form.positions; lane += kLanes)
      own.push_back(loadLanes(e, sums, at, lane));
    auto add = [&](Value offset, Value weight, ValueRange carried) {
      Sums next;
      Value first = e.mulConstant(offset, form.offsetFloats);
      for (auto [v, sum] : llvm::enumerate(carried)) {
        Value lanes = loadLanes(e, turned, first, v * kLanes);
        next.push_back(vector::FMAOp::create(e.builder, e.loc(), weight, lanes, sum));
      }
      return next;
    };
    own = entries.sumOver(e.add(firstList, output), own, add);
    for (auto [v, sum] : llvm::enumerate(own))
      vector::StoreOp::create(e.builder, e.loc(), sum, sums,
                              ValueRange{e.addConstant(at, v * kLanes)});
  });
}

void SparseSingles::turnSums(Value panel) {
  Value at = sumsOf(e.mulConstant(panel, kLanes));
  e.loop(e.index(0), e.index(form.positions), kLanes, [&](Value first) {
    SmallVector<Value> outputs;
    for (int64_t output = 0; output < kLanes; ++output)
      outputs.push_back(loadLanes(e, sums, e.add(at, first), output * form.positions));
    for (auto [position, lanes] : llvm::enumerate(transposeLanes(e, outputs)))
      vector::StoreOp::create(e.builder, e.loc(), lanes, square,
                              ValueRange{e.mulConstant(e.addConstant(first, position), kLanes)});
  });
}

} // namespace mdc::lower
