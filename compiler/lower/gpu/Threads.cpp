// Which thread of a GPU computes which elements of a result.
#include "compiler/lower/Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace mdc::lower {

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

// Whether every element of the results depends on elements at its own place alone; `product` is
// passed over.
static bool isMap(RegionEmitter &emitter, Operation *product = nullptr) {
  return llvm::all_of(emitter.source.front(), [&](Operation &op) {
    return &op == product || graph::isElementwise(&op) ||
           isa<graph::ConstantOp, func::ReturnOp>(op);
  });
}

// The channels that an operand has for a result of `rank` axes: 1 where it repeats one.
static int64_t channelsOf(RankedTensorType type, int64_t rank) {
  int64_t axis = 1 - (rank - type.getRank());
  return axis < 0 ? 1 : type.getDimSize(axis);
}

bool endsInsideRun(RankedTensorType type, int64_t rank, int64_t run) {
  int64_t channels = channelsOf(type, rank);
  return channels != 1 && (channels < 0 || channels % run != 0) &&
         llvm::all_of(type.getShape().take_back(rank - 2), [](int64_t n) { return n == 1; });
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
  bool keeps = llvm::all_of(emitter.source.front(), [](Operation &op) {
    return keepsChannels(&op) || isa<graph::PoolOp, graph::ConcatOp>(op);
  });
  return keeps ? run : 1;
}

std::optional<unsigned> pixelAxis(RegionEmitter &emitter, Operation *product) {
  RankedTensorType result = tensorOf(emitter.yielded(0).getType());
  graph::Extents extents = graph::extentsOf(result);
  if (!isMap(emitter, product))
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

// How a result is dealt out: `lanes` elements along `laneAxis` are one thread's, and the last of
// `axes` is the one that neighbouring threads go along.
struct Threads {
  int64_t lanes = 1;
  unsigned laneAxis = 0;
  SmallVector<ThreadAxis> axes;
};

} // namespace

// Whether a map brings values from one of row-major and channels last to the other; then threads
// have runs of channels, and neighbours go along the pixels: what is row-major is read or written
// by neighbours together, and what is channels last 16 bytes at a time, beside which the next 16
// are soon taken from the same cache line.
static int64_t crossingRun(RegionEmitter &emitter) {
  RankedTensorType result = tensorOf(emitter.yielded(0).getType());
  if (result.getRank() <= 2)
    return 1;
  bool rowMajor = false, channelsLast = false;
  int64_t run = kVectorBytes;
  for (auto [type, layout] : placesOf(emitter)) {
    if (type.getShape() != result.getShape() || isOnePixel(type))
      continue;
    (isChannelsLast(layout) ? channelsLast : rowMajor) = true;
    if (isChannelsLast(layout))
      run = std::min(run, vectorElements(type.getElementType()));
  }
  bool map = isMap(emitter);
  for (auto [type, layout] : placesOf(emitter)) // a run along them would reach behind the last
    map &= isChannelsLast(layout) || !endsInsideRun(type, result.getRank(), run);
  return map && rowMajor && channelsLast ? run : 1;
}

static Threads channelThreads(RegionEmitter &emitter, const graph::Extents &extents,
                              int64_t lanes) {
  Threads threads{lanes, 1, {}};
  ThreadAxis channels = {extents[1].ceilDiv(lanes), 1};
  if (auto axis = pixelAxis(emitter, nullptr)) {
    AffineExpr pixels = extents[0];
    for (AffineExpr extent : ArrayRef(extents).drop_front(2))
      pixels = pixels * extent;
    threads.axes = {{pixels, *axis}, channels};
    return threads;
  }
  for (auto [axis, extent] : llvm::enumerate(extents))
    if (axis != 1)
      threads.axes.push_back({extent, unsigned(axis)});
  threads.axes.push_back(channels);
  return threads;
}

static Threads threadsOf(RegionEmitter &emitter, const graph::Extents &extents,
                         const Layout &layout, Points points) {
  int64_t crossing = points == Points::Lanes ? crossingRun(emitter) : 1;
  if (isChannelsLast(layout) && crossing == 1)
    return channelThreads(emitter, extents, points == Points::Lanes ? channelRun(emitter) : 1);
  Threads threads;
  if (crossing > 1)
    threads = {crossing, 1, {}};
  else if (points == Points::Lanes)
    threads = {rowRun(emitter, extents), unsigned(extents.size() - 1), {}};
  for (auto [axis, extent] : llvm::enumerate(extents)) {
    bool runs = threads.lanes > 1 && axis == threads.laneAxis;
    threads.axes.push_back({runs ? extent.ceilDiv(threads.lanes) : extent, unsigned(axis)});
  }
  return threads;
}

void forEachThread(RegionEmitter &emitter, const graph::Extents &extents, const Layout &layout,
                   double work, Points points, PointBody body) {
  Threads threads = threadsOf(emitter, extents, layout, points);
  AffineExpr rounds = getAffineConstantExpr(1, emitter.builder.getContext());
  SmallVector<Value> shape;
  for (const ThreadAxis &axis : threads.axes) {
    rounds = rounds * axis.count;
    shape.push_back(emitter.extent(axis.count));
  }
  auto point = [&](Value number) {
    Indices indices(extents.size(), {emitter.index(0), 0});
    for (auto [axis, coordinate] : llvm::zip(threads.axes, emitter.unflatten(number, shape)))
      indices[axis.axis].base = coordinate;
    if (threads.lanes > 1) {
      LaneIndex &along = indices[threads.laneAxis];
      along = {emitter.mulConstant(along.base, threads.lanes), 1};
    }
    body(indices, threads.lanes, Value());
  };
  Value count = emitter.extent(graph::extentMap({rounds}, rounds.getContext()).getResult(0));
  if (points == Points::Rows)
    emitter.parallelGroups(count, work, point);
  else
    emitter.parallel(count, work, point);
}

} // namespace mdc::lower
