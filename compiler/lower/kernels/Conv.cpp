#include "compiler/lower/kernels/Conv.h"

#include "compiler/lower/Packing.h"
#include "compiler/lower/SparseCost.h"
#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/DepthBlocks.h"
#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/IntegerDot.h"

using namespace mlir;

namespace mdc::lower {

namespace {

class ConvEmitter {
public:
  ConvEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape,
              const Packing &packing);

  void emit();

private:
  // A tile of output pixels and the channels that are computed for it.
  struct Place {
    Value batch, panel; // numbers
    Value row, column;  // first pixel
    int64_t height, width, firstVector;
    RegisterTile tile;
    Value tileOfItem; // number; null: of an open extent
  };

  // Finds the panel's weights: where they were packed, or expanded by this thread.
  void locatePanel(Value panel);
  // Rounds of a depth block are blocks of input channels.
  int64_t blocksOfRun() const;
  Value startedSums(Value panel);
  SmallVector<Value> starts(Value panel, int64_t firstVector, int64_t vectors);
  Value tileNumber(Value row, Value column, Value firstOfItem);
  void fetchAhead(const Place &place, Value weights, Value block, const DepthBlock &run);
  Value pixelNumber(const Place &place, int64_t pixel);
  void emitTile(const Place &place, Value inBlock, const DepthBlock &run);
  Sums sumOfRun(const Place &place, Value inBlock, const DepthBlock &run, Sums sums);
  Sums addBlock(const Place &place, Value window, Value weights, int64_t channels, Sums sums);
  Sums addRun(const Place &place, Value window, Value weights, int64_t count, Sums sums);
  Sums addStep(const Place &place, Value window, Value weights, int64_t channel, ValueRange sums);
  int64_t pixelOffset(const Place &place, int64_t pixel) const;
  int64_t blockElements() const; // weights of a panel for one block of input channels
  int64_t wholeBlocks() const { return shape.inChannels / shape.groups / input.block; }
  int64_t items() const { return panels.tiles() * groupsOfTiles; }

  RegionEmitter &e;
  graph::ConvOp root;
  ConvShape shape;
  Packing packing;
  ConvInput input;
  ConvOutput output;
  Value weight, firstWeight; // flat memory, and where the panel begins in it
  bool joined;               // all pixels are one long row
  int64_t panelChannels;
  TiledAxis panels, rows, columns;
  PixelTile tile;
  int64_t blocksOfGroup;     // of input channels
  int64_t groupsOfTiles = 1; // parts that the rows (columns when joined) are dealt out in
  AffineExpr batchCount;
};

} // namespace

// The pixels can be joined to one row when neither a window nor a border keeps the rows apart.
static bool joinable(const ConvShape &shape, const Layout &layout) {
  return shape.kernel == Pair{1, 1} && shape.stride == Pair{1, 1} && layout.borderLow.empty();
}

// Tiles of an open extent are as wide as the registers allow, and a row high: the distance between
// rows is no constant.
static PixelTile pixelTile(const Machine &machine, const ConvShape &shape, int64_t panelChannels,
                           bool joined) {
  constexpr int64_t wide = 1024; // as if it were; any multiple of all tiles does
  auto width = [&](int64_t known) { return known < 0 ? wide : known; };
  Pair out = {shape.open() ? 1 : shape.out[0], width(shape.out[1])};
  if (joined)
    out = {1, shape.open() ? wide : shape.out[0] * shape.out[1]};
  return convTile(machine, panelChannels, out[0], out[1], shape.terms());
}

ConvEmitter::ConvEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &known,
                         const Packing &packing)
    : e(emitter), root(root), shape(known), packing(packing), input(emitter, root, shape),
      output(emitter, root, shape),
      joined(joinable(shape, emitter.argumentLayout(root.getInput()))),
      panelChannels(packing.panel) {
  batchCount = graph::extentsOf(root.getType())[0];
  tile = pixelTile(e.machine, shape, panelChannels, joined);
  panels = {shape.outChannels, panelChannels};
  if (joined) {
    rows = {1, 1};
    columns = tiledAxis(shape.outExtents[0] * shape.outExtents[1], tile.width);
  } else {
    rows = tiledAxis(shape.outExtents[0], tile.height);
    columns = tiledAxis(shape.outExtents[1], tile.width);
  }
  int64_t inOfGroup = shape.inChannels / shape.groups;
  blocksOfGroup = (inOfGroup + input.block - 1) / input.block;
  // An even number of items, and some more of them where that costs nothing, so that threads get
  // equal shares.
  const TiledAxis &split = joined ? columns : rows;
  for (int64_t groups : {2, 4})
    if (items() < 8 && (split.open || split.tiles() >= groups))
      groupsOfTiles = groups;
}

void ConvEmitter::emit() {
  SmallVector<Value> counts = {e.extent(batchCount), e.index(panels.tiles()),
                               e.index(groupsOfTiles)};
  TiledAxis &split = joined ? columns : rows;
  MLIRContext *context = e.builder.getContext();
  AffineExpr tilesOfGroup = split.tileCount(context).ceilDiv(groupsOfTiles);
  double terms = double(shape.inChannels / shape.groups) * shape.kernel[0] * shape.kernel[1];
  double work = terms * panelChannels * shape.pixels() / groupsOfTiles / 8;
  Value none = e.index(0);
  e.parallel(e.extent(batchCount * items()), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    Value low = e.mul(parts[2], e.extent(tilesOfGroup));
    Value high = e.minimum(e.add(low, e.extent(tilesOfGroup)), e.extent(split.tileCount(context)));
    Value firstChannel = e.mulConstant(parts[1], panelChannels);
    Value group = e.floorDiv(firstChannel, e.index(shape.outChannels / shape.groups));
    Value inBlock = e.mulConstant(group, blocksOfGroup);
    locatePanel(parts[1]);
    auto emitRows = [&](DepthBlock run) {
      forTiles(e, rows, joined ? none : low, joined ? e.index(1) : high,
               [&](Value row, int64_t tall) {
                 forTiles(e, columns, joined ? low : none,
                          joined ? high : e.extent(columns.tileCount(context)),
                          [&](Value column, int64_t wide) {
                            int64_t vectors = panelChannels / kLanes;
                            for (int64_t v = 0; v < vectors; v += tile.vectors) {
                              RegisterTile part{tall * wide, std::min(tile.vectors, vectors - v)};
                              emitTile({parts[0], parts[1], row, column, tall, wide, v, part,
                                        tileNumber(row, column, low)},
                                       inBlock, run);
                            }
                          });
               });
    };
    if (blocksOfRun() < wholeBlocks())
      forDepthBlocks(e, wholeBlocks(), blocksOfRun(), startedSums(parts[1]), emitRows);
    else
      emitRows({none, e.index(wholeBlocks()), wholeBlocks()});
  });
}

// Bytes of sums that a thread's stack has room for.
static constexpr int64_t kMostSumBytes = 64 << 10;

int64_t ConvEmitter::blocksOfRun() const {
  int64_t elementBytes = shape.products == ConvProducts::Floats ? sizeof(float) : 1;
  int64_t most = std::max<int64_t>(1, kCachedBytes / (blockElements() * elementBytes));
  bool onePass = rows.tiles() * columns.tiles() == 1 && tile.vectors * kLanes == panelChannels;
  int64_t sumBytes = shape.pixels() * panelChannels * int64_t(sizeof(float));
  if (shape.open() || onePass || sumBytes > kMostSumBytes || most >= wholeBlocks())
    return wholeBlocks();
  int64_t runs = llvm::divideCeil(wholeBlocks(), most);
  return llvm::divideCeil(wholeBlocks(), runs);
}

SmallVector<Value> ConvEmitter::starts(Value panel, int64_t firstVector, int64_t vectors) {
  Value channel = e.addConstant(e.mulConstant(panel, panelChannels), firstVector * kLanes);
  SmallVector<Value> values;
  for (int64_t v = 0; v < vectors; ++v)
    values.push_back(output.start(e.addConstant(channel, v * kLanes)));
  return values;
}

// A line of the panel's channels for each pixel of the picture.
Value ConvEmitter::startedSums(Value panel) {
  int64_t vectors = panelChannels / kLanes;
  SmallVector<Value> values = starts(panel, 0, vectors);
  Value sums = partialSums(e, shape.pixels() * vectors,
                           cast<VectorType>(values.front().getType()).getElementType());
  e.loop(e.index(0), e.index(shape.pixels()), 1, [&](Value pixel) {
    for (auto [v, value] : llvm::enumerate(values))
      storeSum(e, value, sums, e.addConstant(e.mulConstant(pixel, panelChannels), v * kLanes));
  });
  return sums;
}

Value ConvEmitter::tileNumber(Value row, Value column, Value firstOfItem) {
  if (shape.open())
    return {};
  Value across = e.floorDiv(column, e.index(tile.width));
  if (joined)
    return e.sub(across, firstOfItem);
  Value down = e.sub(e.floorDiv(row, e.index(tile.height)), firstOfItem);
  return e.add(e.mulConstant(down, columns.tiles()), across);
}

// The next run or panel follows this one in memory, and the processor's own prefetchers begin anew
// at every page. Each tile fetches a share of it while it multiplies.
void ConvEmitter::fetchAhead(const Place &place, Value weights, Value block,
                             const DepthBlock &run) {
  int64_t tiles = rows.tiles() * columns.tiles() / groupsOfTiles;
  if (!place.tileOfItem || place.firstVector != 0 || packing.bits || tiles < 2)
    return;
  constexpr int64_t mostLines = 32; // at once
  int64_t lineElements = shape.products == ConvProducts::Floats ? 16 : 64;
  int64_t lines =
      std::min<int64_t>(mostLines, llvm::divideCeil(blockElements() / lineElements, tiles));
  Value next = e.mul(e.add(block, run.rounds), e.index(blockElements()));
  Value first = e.add(e.add(weights, next), e.mulConstant(place.tileOfItem, lines * lineElements));
  fetchLines(e, weight, first, lines, lineElements);
}

Value ConvEmitter::pixelNumber(const Place &place, int64_t pixel) {
  if (joined)
    return e.addConstant(place.column, pixel);
  Value row = e.addConstant(place.row, pixel / place.width);
  return e.add(e.mulConstant(row, shape.out[1]), e.addConstant(place.column, pixel % place.width));
}

int64_t ConvEmitter::blockElements() const {
  return shape.kernel[0] * shape.paddedWidth() * input.block * panelChannels;
}

void ConvEmitter::locatePanel(Value panel) {
  if (packing.bits) {
    weight = expandPanel(e, root.getWeight(), packing, panel);
    firstWeight = e.index(0);
    return;
  }
  weight =
      e.buffer(e.argumentOperand(root.getWeight()), root.getWeight().getType().getElementType());
  firstWeight = e.mulConstant(panel, blocksOfGroup * blockElements());
}

void ConvEmitter::emitTile(const Place &place, Value inBlock, const DepthBlock &run) {
  auto sumPlace = [&](int64_t pixel, int64_t v) {
    Value line = e.mulConstant(pixelNumber(place, pixel), panelChannels);
    return e.addConstant(line, (place.firstVector + v) * kLanes);
  };
  Sums sums;
  if (run.partialSums) {
    sums = loadSums(e, run.partialSums, place.tile, sumPlace);
  } else {
    SmallVector<Value> values = starts(place.panel, place.firstVector, place.tile.vectors);
    for (int64_t pixel = 0; pixel < place.tile.rows; ++pixel)
      sums.append(values.begin(), values.end());
  }
  sums = sumOfRun(place, inBlock, run, std::move(sums));
  if (!run.last)
    return storeSums(e, sums, run.partialSums, place.tile, sumPlace);
  Value firstChannel =
      e.addConstant(e.mulConstant(place.panel, panelChannels), place.firstVector * kLanes);
  for (int64_t pixel = 0; pixel < place.tile.rows; ++pixel) {
    Value row = e.addConstant(place.row, pixel / place.width);
    Value column = e.addConstant(place.column, pixel % place.width);
    for (int64_t v = 0; v < place.tile.vectors; ++v)
      output.store(place.batch, e.addConstant(firstChannel, v * kLanes), row, column,
                   sums[pixel * place.tile.vectors + v], joined);
  }
}

Sums ConvEmitter::sumOfRun(const Place &place, Value inBlock, const DepthBlock &run, Sums sums) {
  Value window = input.windowOf(place.batch, inBlock, place.row, place.column);
  Value weights = e.addConstant(firstWeight, place.firstVector * kLanes * shape.group());
  auto add = [&](Value block, int64_t channels, Sums from) {
    fetchAhead(place, weights, block, run);
    return addBlock(place, e.add(window, e.mul(block, input.blockStride())),
                    e.add(weights, e.mulConstant(block, blockElements())), channels, from);
  };
  int64_t rest = shape.inChannels / shape.groups % input.block;
  if (run.fixedRounds == 1)
    sums = add(run.first, input.block, sums);
  else if (*run.fixedRounds > 1)
    sums = e.loopCarry(run.first, e.add(run.first, run.rounds), 1, sums,
                       [&](Value block, ValueRange carried) {
                         return add(block, input.block, Sums(carried.begin(), carried.end()));
                       });
  // Lanes past the last channel hold no data; those that a group of bytes takes along meet weights
  // of zero.
  if (rest != 0 && run.last)
    sums = add(e.index(wholeBlocks()), (rest + shape.group() - 1) / shape.group() * shape.group(),
               sums);
  return sums;
}

// One block of input channels: the window's rows, its columns, the channels. Columns and channels
// that are neighbours in memory are one run.
Sums ConvEmitter::addBlock(const Place &place, Value window, Value weights, int64_t channels,
                           Sums sums) {
  int64_t width = shape.paddedWidth();
  bool oneRun = width == 1 || (shape.dilation[1] == 1 && channels == input.block);
  int64_t rowElements = width * input.block * panelChannels;
  auto addRow = [&](Value row, Sums from) {
    Value at = e.add(window, e.mul(row, input.rowStride(shape.dilation[0])));
    Value line = e.add(weights, e.mulConstant(row, rowElements));
    if (oneRun)
      return addRun(place, at, line, width * channels, from);
    return Sums(e.loopCarry(
        e.index(0), e.index(shape.kernel[1]), 1, from, [&](Value column, ValueRange carried) {
          Value pixel = e.add(at, e.mulConstant(column, input.pixelStride(0, shape.dilation[1])));
          Value tap = e.add(line, e.mulConstant(column, input.block * panelChannels));
          return addRun(place, pixel, tap, channels, Sums(carried.begin(), carried.end()));
        }));
  };
  if (shape.kernel[0] == 1)
    return addRow(e.index(0), sums);
  return e.loopCarry(e.index(0), e.index(shape.kernel[0]), 1, sums,
                     [&](Value row, ValueRange carried) {
                       return addRow(row, Sums(carried.begin(), carried.end()));
                     });
}

int64_t ConvEmitter::pixelOffset(const Place &place, int64_t pixel) const {
  return input.pixelStride(pixel / place.width * shape.stride[0],
                           pixel % place.width * shape.stride[1]);
}

// `count` channels or neighbouring taps, or both, from `window` and `weights` on.
Sums ConvEmitter::addRun(const Place &place, Value window, Value weights, int64_t count,
                         Sums sums) {
  int64_t group = shape.group(), steps = count / group;
  return sumOver(e, e.index(steps), steps, sums,
                 [&](Value step, int64_t offset, ValueRange carried) {
                   Value at = e.add(window, e.mulConstant(step, group));
                   Value line = e.add(weights, e.mulConstant(step, group * panelChannels));
                   return addStep(place, at, line, offset * group, carried);
                 });
}

// One channel, or a group of them.
Sums ConvEmitter::addStep(const Place &place, Value window, Value weights, int64_t channel,
                          ValueRange sums) {
  int64_t first = channel * panelChannels, vectorElements = kLanes * shape.group();
  if (shape.products == ConvProducts::Bytes)
    return dotAdd(
        e, place.tile, sums,
        [&](int64_t pixel) {
          return loadGroup(e, input.flat,
                           e.addConstant(window, pixelOffset(place, pixel) + channel));
        },
        [&](int64_t v) {
          return loadGroupLanes(e, weight, e.addConstant(weights, first + v * vectorElements));
        });
  return multiplyAdd(
      e, place.tile, sums,
      [&](int64_t pixel) {
        return loadElement(e, input.flat, window, pixelOffset(place, pixel) + channel);
      },
      [&](int64_t v) { return loadFloats(e, weight, weights, first + v * vectorElements); });
}

static int64_t panelOf(const ConvShape &shape) {
  return convPanelChannels(shape.outChannels / shape.groups);
}

static Packing::Kind packingKind(const ConvShape &shape) {
  bool groups = shape.products == ConvProducts::Bytes;
  if (shape.depthwise())
    return groups ? Packing::Kind::DepthwiseGroups : Packing::Kind::Depthwise;
  if (shape.groupsTaps())
    return Packing::Kind::ConvTaps;
  return groups ? Packing::Kind::ConvGroups : Packing::Kind::Conv;
}

// Pixels that share an expanded panel, at the least: few panels are expanded for each part of the
// rows.
static std::optional<int64_t> sharedPixels(const ConvShape &shape) {
  if (shape.open())
    return std::nullopt;
  TiledAxis panels{shape.outChannels, panelOf(shape)};
  return panels.tiles() < 8 ? shape.pixels() / 4 : shape.pixels();
}

std::optional<ConvLayouts> convLayouts(graph::ConvOp root, graph::ConstantOp weight) {
  auto shape = convShape(root);
  if (!shape)
    return std::nullopt;
  Layout input, output;
  input.channelBlock = shape->depthwise() ? kLanes : shape->channelBlock();
  output.channelBlock = kLanes;
  input.borderValue = root.getPadValue();
  bool bordered = false;
  for (int axis = shape->flat ? 1 : 0; axis < 2; ++axis) {
    input.borderLow.push_back(shape->padLow[axis]);
    input.borderHigh.push_back(shape->reachHigh(axis));
    bordered |= shape->padLow[axis] || shape->reachHigh(axis);
  }
  if (!bordered)
    input = Layout{input.channelBlock, {}, {}, 0, ""};
  Packing packing;
  packing.kind = packingKind(*shape);
  packing.panel = panelOf(*shape);
  packing.channelBlock = input.channelBlock;
  if (weight && packing.kind == Packing::Kind::Conv && shape->products == ConvProducts::Floats)
    packing.bits =
        leavesOutZeros(weight, sparseBits(weight.getType(), packing), sharedPixels(*shape));
  return ConvLayouts{layoutText(input), packingText(packing), layoutText(output)};
}

// Whether the region's layouts are those of convLayouts(), the border at least as wide.
static bool layoutsFit(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape) {
  if (!isa<BlockArgument>(root.getInput()) || !isa<BlockArgument>(root.getWeight()) ||
      !resultsFollow(emitter, root.getResult()))
    return false;
  Layout wanted = parseLayout(convLayouts(root)->input);
  const Layout &input = emitter.argumentLayout(root.getInput());
  auto [wantedLow, wantedHigh] = bordersOf(wanted, shape.flat);
  auto [low, high] = bordersOf(input, shape.flat);
  for (int axis = 0; axis < 2; ++axis)
    if (low[axis] < wantedLow[axis] || high[axis] < wantedHigh[axis])
      return false;
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    if (emitter.resultLayout(number).channelBlock != kLanes)
      return false;
  bool filled = wanted.borderLow.empty() || input.borderValue == wanted.borderValue;
  return filled && input.channelBlock == wanted.channelBlock;
}

LogicalResult emitConv(RegionEmitter &emitter, graph::ConvOp root) {
  auto shape = convShape(root);
  if (!shape || !layoutsFit(emitter, root, *shape))
    return failure();
  auto packing = parsePacking(emitter.argumentLayout(root.getWeight()).packing);
  if (!packing || packing->kind != packingKind(*shape))
    return failure();
  if (shape->depthwise())
    emitDepthwise(emitter, root);
  else
    ConvEmitter(emitter, root, *shape, *packing).emit();
  return success();
}

std::string convTileText(graph::ConvOp root, const Layout &input, const Layout &weight,
                         const Machine &machine) {
  auto packed = parsePacking(weight.packing);
  auto shape = convShape(root);
  if (!packed || !shape)
    return "";
  if (shape->depthwise())
    return "1x" + std::to_string(depthwiseColumns(machine, *shape).tile) + "x" +
           std::to_string(kLanes);
  PixelTile tile = pixelTile(machine, *shape, packed->panel, joinable(*shape, input));
  return std::to_string(tile.height) + "x" + std::to_string(tile.width) + "x" +
         std::to_string(tile.vectors * kLanes) + (packed->bits ? " expanded" : "");
}

} // namespace mdc::lower
