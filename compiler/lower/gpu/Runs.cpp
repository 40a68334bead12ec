// Runs of elements that one access of a GPU's thread moves.
#include "compiler/lower/Roots.h"

using namespace mlir;

namespace mdc::lower {

static RankedTensorType tensorOf(Type type) { return cast<RankedTensorType>(type); }

namespace {

// Whether elements come `run` at a time along their last axis, from a multiple of as many on.
class Runs {
public:
  // `given`: an op whose runs are there, however they come.
  Runs(func::FuncOp region, int64_t run, Operation *given = nullptr)
      : region(region), run(run), given(given) {}

  bool fill(int64_t extent) const { return extent > 0 && extent % run == 0; }

  // Side by side in memory.
  bool lieIn(RankedTensorType type, const Layout &layout) const {
    return layout.rowMajor() && type.getRank() > 0 && fill(type.getShape().back()) &&
           run <= vectorElements(type.getElementType());
  }
  // Computed from such runs, from elements that are repeated, or from sums of a product or of other
  // axes.
  bool giveValue(Value value) const {
    RankedTensorType type = tensorOf(value.getType());
    if (type.getRank() == 0 || type.getShape().back() == 1)
      return true;
    if (auto argument = dyn_cast<BlockArgument>(value))
      return lieIn(type, layoutOfArgument(region, argument.getArgNumber()));
    Operation *op = value.getDefiningOp();
    if (op == given || isa<graph::MatmulOp, graph::ReduceOp>(op))
      return true;
    return passThrough(op) &&
           llvm::all_of(sourcesOf(op), [&](Value source) { return giveValue(source); });
  }

  bool giveResult(unsigned number) {
    return lieIn(tensorOf(region.getResultTypes()[number]), layoutOfResult(region, number)) &&
           giveValue(region.front().getTerminator()->getOperand(number));
  }
  // Those that have the shape of the first.
  bool giveRows() {
    return llvm::all_of(llvm::seq<unsigned>(0, region.getNumResults()), [&](unsigned number) {
      return tensorOf(region.getResultTypes()[number]).getShape() !=
                 tensorOf(region.getResultTypes()[0]).getShape() ||
             giveResult(number);
    });
  }
  bool giveResults() {
    return llvm::all_of(llvm::seq<unsigned>(0, region.getNumResults()),
                        [&](unsigned number) { return giveResult(number); });
  }

private:
  // What an op computes or moves along the last axis.
  static OperandRange sourcesOf(Operation *op) {
    bool one = isa<graph::PadOp, graph::GatherOp, graph::GatherNdOp, graph::SoftmaxOp,
                   graph::NormOp, graph::QuantizeRowsOp>(op);
    return one ? op->getOperands().take_front(1) : op->getOperands();
  }

  // Whether it leaves the last axis as it is, but for where it begins.
  bool passThrough(Operation *op) const {
    if (auto reshape = dyn_cast<graph::ReshapeOp>(op)) {
      RankedTensorType from = reshape.getInput().getType(), to = reshape.getType();
      return graph::extentsOf(from).back() == graph::extentsOf(to).back() ||
             (fill(from.getShape().back()) && fill(to.getShape().back()));
    }
    if (auto transpose = dyn_cast<graph::TransposeOp>(op))
      return transpose.getPermutation().back() == transpose.getType().getRank() - 1;
    if (auto slice = dyn_cast<graph::SliceOp>(op)) {
      auto start = graph::constantOf(slice.getStarts().getResults().back());
      return slice.getSteps().back() == 1 && start && *start % run == 0;
    }
    if (auto pad = dyn_cast<graph::PadOp>(op))
      return pad.getLow().back() == 0 && pad.getHigh().back() == 0;
    if (auto gather = dyn_cast<graph::GatherOp>(op))
      return int64_t(gather.getAxis()) < tensorOf(op->getOperand(0).getType()).getRank() - 1;
    if (auto gather = dyn_cast<graph::GatherNdOp>(op)) {
      int64_t coordinates = tensorOf(op->getOperand(1).getType()).getShape().back();
      return int64_t(gather.getBatchDims()) + coordinates <
             tensorOf(op->getOperand(0).getType()).getRank();
    }
    if (auto concat = dyn_cast<graph::ConcatOp>(op))
      return llvm::all_of(concat.getInputs().getTypes(),
                          [&](Type type) { return fill(tensorOf(type).getShape().back()); });
    return graph::isElementwise(op) ||
           isa<graph::ConstantOp, graph::IotaOp, graph::BroadcastOp, graph::SoftmaxOp,
               graph::NormOp, graph::QuantizeRowsOp>(op);
  }

  func::FuncOp region;
  int64_t run;
  Operation *given;
};

} // namespace

// The longest first.
static constexpr int64_t kRuns[] = {16, 8, 4, 2};

int64_t rowRun(RegionEmitter &emitter, const graph::Extents &extents) {
  auto length = extents.empty() ? std::nullopt : graph::constantOf(extents.back());
  bool combines = llvm::any_of(emitter.source.front(), [](Operation &op) {
    return isRoot(&op) && !isa<graph::ConcatOp>(op);
  });
  if (!length || combines)
    return 1;
  for (int64_t run : kRuns) {
    Runs runs(emitter.source, run);
    if (runs.fill(*length) && runs.giveResults())
      return run;
  }
  return 1;
}

int64_t columnRun(RegionEmitter &emitter, Value input) {
  int64_t length = tensorOf(input.getType()).getShape().back();
  for (int64_t run : kRuns) {
    Runs runs(emitter.source, run);
    if (runs.fill(length) && runs.giveValue(input) && runs.giveResult(0))
      return run;
  }
  return 1;
}

int64_t squareRun(RegionEmitter &emitter, graph::TransposeOp op) {
  constexpr int64_t mostElements = 64; // of a square, in registers
  for (int64_t run : kRuns) {
    Runs runs(emitter.source, run, op);
    if (run * run <= mostElements && runs.fill(op.getInput().getType().getShape().back()) &&
        runs.giveValue(op.getInput()) && runs.giveResults())
      return run;
  }
  return 1;
}

bool storesPairs(func::FuncOp region) { return Runs(region, 2).giveResults(); }

int64_t rowLanes(RegionEmitter &emitter, Value input, bool storesRows) {
  if (!emitter.machine.isGpu)
    return kLanes;
  int64_t length = tensorOf(input.getType()).getShape().back();
  for (int64_t run : kRuns) {
    Runs runs(emitter.source, run);
    if (runs.fill(length) && run * kGroupThreads <= length && runs.giveValue(input) &&
        (!storesRows || runs.giveRows()))
      return run;
  }
  return 1;
}

} // namespace mdc::lower
