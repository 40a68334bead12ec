// Which thread of a GPU computes which elements of a result.
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace mdc::lower {

// Elements that a thread takes at once along rows: 16 bytes of f32.
static constexpr int64_t kThreadLanes = 4;

static RankedTensorType tensorOf(Type type) { return cast<RankedTensorType>(type); }

static bool isChannelsLast(const Layout &layout) { return layout.channelBlock > 1; }

// Layouts of the region's arguments and results, beside their types; packed weights left out.
static SmallVector<std::pair<RankedTensorType, Layout>> placesOf(RegionEmitter &emitter) {
  SmallVector<std::pair<RankedTensorType, Layout>> places;
  for (Value argument : emitter.source.getArguments())
    if (emitter.argumentLayout(argument).packing.empty())
      places.push_back({tensorOf(argument.getType()), emitter.argumentLayout(argument)});
  for (auto [number, type] : llvm::enumerate(emitter.source.getResultTypes()))
    places.push_back({tensorOf(type), emitter.resultLayout(number)});
  return places;
}

// Whether all that a map reads and writes lies in whole aligned runs of kThreadLanes along its last
// axis: row-major operands and results whose rows are multiples of that, or single elements that
// are repeated.
static bool takesRuns(RegionEmitter &emitter) {
  auto last = [](Type type) {
    graph::Extents extents = graph::extentsOf(tensorOf(type));
    return extents.empty() ? std::optional<int64_t>(1) : graph::constantOf(extents.back());
  };
  Type result = emitter.yielded(0).getType();
  std::optional<int64_t> length = last(result);
  if (!length || *length % kThreadLanes != 0)
    return false;
  return llvm::all_of(placesOf(emitter),
                      [&](const auto &place) {
                        auto [type, layout] = place;
                        return !isChannelsLast(layout) && !type.getElementType().isF64() &&
                               (last(type) == 1 || last(type) == length);
                      }) &&
         llvm::all_of(emitter.source.front(), [&](Operation &op) {
           return graph::isElementwise(&op) || isa<graph::ConstantOp, func::ReturnOp>(op);
         });
}

// The channels that an operand has for a result of `rank` axes: 1 where it repeats one.
static int64_t channelsOf(RankedTensorType type, int64_t rank) {
  int64_t axis = 1 - (rank - type.getRank());
  return axis < 0 ? 1 : type.getDimSize(axis);
}

int64_t channelRun(RegionEmitter &emitter) {
  RankedTensorType result = tensorOf(emitter.yielded(0).getType());
  int64_t run = kVectorBytes, rank = result.getRank();
  for (auto [type, layout] : placesOf(emitter))
    if (isChannelsLast(layout))
      run = std::min(run, vectorElements(type.getElementType()));
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    if (!isChannelsLast(emitter.resultLayout(number)))
      return 1;
  for (auto [type, layout] : placesOf(emitter)) {
    int64_t channels = channelsOf(type, rank);
    if (!isChannelsLast(layout) && channels != 1 && (channels < 0 || channels % run != 0))
      return 1; // the last run would read behind the operand
  }
  for (Operation &op : emitter.source.front())
    if (!keepsChannels(&op) && !isa<graph::PoolOp, graph::ConcatOp>(op))
      return 1;
  return run;
}

std::optional<unsigned> pixelAxis(RegionEmitter &emitter, Operation *product) {
  RankedTensorType result = tensorOf(emitter.yielded(0).getType());
  graph::Extents extents = graph::extentsOf(result);
  for (Operation &op : emitter.source.front())
    if (&op != product && !graph::isElementwise(&op) && !isa<graph::ConstantOp, func::ReturnOp>(op))
      return std::nullopt;
  auto lies = [&](RankedTensorType type, const Layout &layout) {
    if (graph::extentsOf(type) == extents)
      return isChannelsLast(layout);
    int64_t channelAxis = 1 - (result.getRank() - type.getRank());
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      if (axis != channelAxis && type.getDimSize(axis) != 1)
        return false;
    return true;
  };
  for (Value argument : emitter.source.getArguments()) {
    bool ofProduct = product && llvm::is_contained(product->getOperands(), argument);
    if (!ofProduct && !lies(tensorOf(argument.getType()), emitter.argumentLayout(argument)))
      return std::nullopt;
  }
  for (auto [number, type] : llvm::enumerate(emitter.source.getResultTypes()))
    if (!lies(tensorOf(type), emitter.resultLayout(number)))
      return std::nullopt;
  // An axis of extent 1 would not be told from one that an operand repeats.
  unsigned axis = extents.size() - 1;
  while (axis > 0 && (axis == 1 || graph::constantOf(extents[axis]) == 1))
    --axis;
  return axis;
}

namespace {

// One axis of the threads: how many there are, and which axis of the result they count.
struct ThreadAxis {
  AffineExpr count;
  unsigned axis;
};

} // namespace

// The axes with the one that neighbouring threads go along last; `lanes` elements of it are one
// thread's.
static SmallVector<ThreadAxis> threadAxes(RegionEmitter &emitter, const graph::Extents &extents,
                                          bool channelsLast, int64_t lanes) {
  SmallVector<ThreadAxis> axes;
  if (!channelsLast) {
    for (auto [axis, extent] : llvm::enumerate(extents))
      axes.push_back(
          {axis + 1 == extents.size() ? extent.floorDiv(lanes) : extent, unsigned(axis)});
    return axes;
  }
  ThreadAxis channels = {extents[1].ceilDiv(lanes), 1};
  if (auto axis = pixelAxis(emitter, nullptr)) {
    AffineExpr pixels = extents[0];
    for (AffineExpr extent : ArrayRef(extents).drop_front(2))
      pixels = pixels * extent;
    return {{pixels, *axis}, channels};
  }
  for (auto [axis, extent] : llvm::enumerate(extents))
    if (axis != 1)
      axes.push_back({extent, unsigned(axis)});
  axes.push_back(channels);
  return axes;
}

void forEachThread(RegionEmitter &emitter, const graph::Extents &extents, const Layout &layout,
                   double work, Points points, PointBody body) {
  bool channelsLast = isChannelsLast(layout);
  int64_t lanes = points != Points::Lanes ? 1
                  : channelsLast          ? channelRun(emitter)
                  : takesRuns(emitter)    ? kThreadLanes
                                          : 1;
  SmallVector<ThreadAxis> axes = threadAxes(emitter, extents, channelsLast, lanes);
  AffineExpr rounds = getAffineConstantExpr(1, emitter.builder.getContext());
  SmallVector<Value> shape;
  for (const ThreadAxis &axis : axes) {
    rounds = rounds * axis.count;
    shape.push_back(emitter.extent(axis.count));
  }
  auto point = [&](Value number) {
    Indices indices(extents.size(), {emitter.index(0), 0});
    for (auto [axis, coordinate] : llvm::zip(axes, emitter.unflatten(number, shape)))
      indices[axis.axis].base = coordinate;
    if (lanes > 1) {
      LaneIndex &along = indices[axes.back().axis];
      along = {emitter.mulConstant(along.base, lanes), 1};
    }
    body(indices, lanes, Value());
  };
  Value count = emitter.extent(graph::extentMap({rounds}, rounds.getContext()).getResult(0));
  if (points == Points::Rows)
    emitter.parallelGroups(count, work, point);
  else
    emitter.parallel(count, work, point);
}

} // namespace mdc::lower
