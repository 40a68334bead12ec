#include "compiler/lower/kernels/ConvEmitter.h"

#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "compiler/lower/kernels/WidePairs.h"

using namespace mlir;

namespace mdc::lower {

bool joinable(const ConvShape &shape, const Layout &layout) {
  return shape.kernel == Pair{1, 1} && shape.stride == Pair{1, 1} && layout.borderLow.empty();
}

// Tiles of an open extent are as wide as the registers allow, and a row high: the distance between
// rows is no constant.
static PixelTile pixelTile(const Machine &machine, const ConvShape &shape, int64_t panelChannels,
                           bool joined, Terms terms) {
  constexpr int64_t wide = 1024; // as if it were; any multiple of all tiles does
  auto width = [&](int64_t known) { return known < 0 ? wide : known; };
  Pair out = {shape.open() ? 1 : shape.out[0], width(shape.out[1])};
  if (joined)
    out = {1, shape.open() ? wide : shape.out[0] * shape.out[1]};
  return convTile(machine, panelChannels, out[0], out[1], terms);
}

ConvTiling convTiling(const Machine &machine, const ConvShape &shape, int64_t panelChannels,
                      bool joined) {
  // These do not make up for widening a panel, least of all where a weight meets each once.
  const int64_t fewPixels = shape.kernel == Pair{1, 1} ? 64 : 16;
  constexpr int64_t mostInputBytes = 32 << 10; // of the first-level cache
  auto tiling = [&](Terms terms) {
    return ConvTiling{terms, pixelTile(machine, shape, panelChannels, joined, terms)};
  };
  if (shape.products != ConvProducts::Bytes || machine.byteDots || shape.shortSums ||
      shape.groupsTaps() || shape.pixels() <= fewPixels)
    return tiling(shape.terms());
  ConvTiling wide = tiling(Terms::Pairs);
  Pair reach = shape.reachOf({wide.tile.height, wide.tile.width});
  int64_t channelBytes = shape.inChannels / shape.groups * int64_t(sizeof(int16_t));
  bool fits = channelBytes * reach[0] * reach[1] <= mostInputBytes &&
              channelBytes * shape.kernel[0] * shape.kernel[1] * panelChannels <= kMostPanelBytes;
  return fits ? wide : tiling(Terms::Bytes);
}

ConvEmitter::ConvEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &known,
                         const Packing &packing)
    : e(emitter), root(root), shape(known), packing(packing), input(emitter, root, shape),
      output(emitter, root, shape),
      joined(joinable(shape, emitter.argumentLayout(root.getInput()))),
      panelChannels(packing.panel) {
  batchCount = graph::extentsOf(root.getType())[0];
  ConvTiling tiling = convTiling(e.machine, shape, panelChannels, joined);
  terms = tiling.terms;
  tile = tiling.tile;
  shortGroups = groupsOfShortSums(e.machine, shape.shortSums);
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
  dealPixelsFirst();
}

// A 1x1 window meets few weights of a panel: an input that no cache holds is read once for all
// panels, by parts that the second-level cache holds.
void ConvEmitter::dealPixelsFirst() {
  constexpr int64_t heldBytes = 8 << 20;   // of the last level of the cache, for a core
  constexpr int64_t partBytes = 256 << 10; // half of the second
  int64_t elementBytes = shape.products == ConvProducts::Bytes ? 1 : sizeof(float);
  int64_t pixelBytes = shape.inChannels / shape.groups * elementBytes;
  if (!joined || shape.open() || packing.bits || panels.tiles() == 1 ||
      shape.pixels() * pixelBytes <= heldBytes || panelChannels * pixelBytes > partBytes)
    return;
  pixelsFirst = true;
  int64_t tilesOfPart = std::max<int64_t>(1, partBytes / (pixelBytes * tile.width));
  groupsOfTiles = std::max<int64_t>(groupsOfTiles, llvm::divideCeil(columns.tiles(), tilesOfPart));
}

void ConvEmitter::emit() {
  SmallVector<Value> counts = {e.extent(batchCount), e.index(panels.tiles()),
                               e.index(groupsOfTiles)};
  if (pixelsFirst)
    std::swap(counts[1], counts[2]);
  TiledAxis &split = joined ? columns : rows;
  MLIRContext *context = e.builder.getContext();
  AffineExpr tilesOfGroup = split.tileCount(context).ceilDiv(groupsOfTiles);
  double terms = double(shape.inChannels / shape.groups) * shape.kernel[0] * shape.kernel[1];
  double work = terms * panelChannels * shape.pixels() / groupsOfTiles / 8;
  Value none = e.index(0);
  e.parallel(e.extent(batchCount * items()), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    if (pixelsFirst)
      std::swap(parts[1], parts[2]);
    Value low = e.mul(parts[2], e.extent(tilesOfGroup));
    Value high = e.minimum(e.add(low, e.extent(tilesOfGroup)), e.extent(split.tileCount(context)));
    Value firstChannel = e.mulConstant(parts[1], panelChannels);
    Value group = e.floorDiv(firstChannel, e.index(shape.outChannels / shape.groups));
    Value inBlock = e.mulConstant(group, blocksOfGroup);
    locatePanel(parts[1]);
    takeWideMemory();
    auto emitRows = [&](DepthBlock run) {
      widenWeights(run);
      forTiles(e, rows, joined ? none : low, joined ? e.index(1) : high,
               [&](Value row, int64_t tall) {
                 forTiles(e, columns, joined ? low : none,
                          joined ? high : e.extent(columns.tileCount(context)),
                          [&](Value column, int64_t wide) {
                            emitTile({parts[0], parts[1], row, column, tall, wide,
                                      tileNumber(row, column, low)},
                                     inBlock, run);
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
  int64_t elementBytes = shape.products == ConvProducts::Floats ? sizeof(float)
                         : terms == Terms::Pairs                ? sizeof(int16_t)
                                                                : 1;
  int64_t most = std::max<int64_t>(1, kCachedBytes / (blockElements() * elementBytes));
  bool onePass = rows.tiles() * columns.tiles() == 1 && tile.vectors * kLanes == panelChannels;
  int64_t sumBytes = shape.pixels() * panelChannels * int64_t(sizeof(float));
  if (pixelsFirst || shape.open() || onePass || sumBytes > kMostSumBytes || most >= wholeBlocks())
    return wholeBlocks();
  int64_t runs = llvm::divideCeil(wholeBlocks(), most);
  return llvm::divideCeil(wholeBlocks(), runs);
}

int64_t ConvEmitter::blocksIn(const DepthBlock &run) const {
  return *run.fixedRounds + (run.last && restChannels() != 0);
}

void ConvEmitter::takeWideMemory() {
  if (terms != Terms::Pairs)
    return;
  Pair reach = shape.reachOf({tile.height, tile.width});
  int64_t blocks = blocksOfRun() + (restChannels() != 0);
  wideWeights = stackPairs(e, stripSteps() * panelChannels);
  wideInput = stackPairs(e, blocks * reach[0] * reach[1] * tapSteps());
}

void ConvEmitter::widenWeights(const DepthBlock &run) {
  if (terms != Terms::Pairs)
    return;
  int64_t vectors = panelChannels / kLanes;
  int64_t groups = blocksIn(run) * blockSteps() * stepChannels() / kGroupBytes;
  Value first = e.add(firstWeight, e.mulConstant(run.first, blockElements()));
  widenStrips(e, weight, first, {vectors, vectors, groups, stripSteps()}, wideWeights);
}

// The run's blocks of the input under the tile. Windows of one pixel take no more than those.
ConvInput ConvEmitter::widened(const Place &place, Value inBlock, const DepthBlock &run) {
  bool apart = shape.kernel == Pair{1, 1} && shape.stride != Pair{1, 1};
  Pair tileExtents = {place.height, place.width};
  Pair extents = apart ? tileExtents : shape.reachOf(tileExtents);
  int64_t rows = apart ? place.height * place.width : extents[0];
  int64_t rowPixels = apart ? 1 : extents[1];
  Value window = input.windowOf(place.batch, e.add(inBlock, run.first), place.row, place.column);
  e.loop(e.index(0), e.index(blocksIn(run)), 1, [&](Value block) {
    Value first = e.add(window, e.mul(block, input.blockStride()));
    SmallVector<Value> firsts;
    for (int64_t row = 0; row < rows; ++row)
      firsts.push_back(
          apart ? e.addConstant(first, input.windowStride(row / place.width, row % place.width))
                : e.add(first, input.rowStride(row)));
    widenRows(e, input.flat, firsts, rowPixels * input.block, wideInput,
              e.mulConstant(block, extents[0] * extents[1] * tapSteps()), rowPixels * tapSteps());
  });
  return ConvInput(e, wideInput, extents, tapSteps(), apart ? Pair{1, 1} : shape.stride);
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
void ConvEmitter::fetchAhead(const Place &place, Value block, const DepthBlock &run) {
  int64_t tiles = rows.tiles() * columns.tiles() / groupsOfTiles;
  if (!place.tileOfItem || packing.bits || tiles < 2)
    return;
  constexpr int64_t mostLines = 32; // at once
  int64_t lineElements = shape.products == ConvProducts::Floats ? 16 : 64;
  int64_t lines =
      std::min<int64_t>(mostLines, llvm::divideCeil(blockElements() / lineElements, tiles));
  Value next = e.mul(e.add(block, run.rounds), e.index(blockElements()));
  Value first =
      e.add(e.add(firstWeight, next), e.mulConstant(place.tileOfItem, lines * lineElements));
  fetchLines(e, weight, first, lines, lineElements);
}

Value ConvEmitter::pixelNumber(const Place &place, int64_t pixel) {
  if (joined)
    return e.addConstant(place.column, pixel);
  Value row = e.addConstant(place.row, pixel / place.width);
  return e.add(e.mulConstant(row, shape.out[1]), e.addConstant(place.column, pixel % place.width));
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
  bool wide = terms == Terms::Pairs;
  ConvInput from = wide ? widened(place, inBlock, run) : input;
  Value window = wide ? e.index(0) : input.windowOf(place.batch, inBlock, place.row, place.column);
  int64_t vectors = panelChannels / kLanes;
  for (int64_t v = 0; v < vectors; v += tile.vectors)
    emitPart(
        {place, v, {place.height * place.width, std::min(tile.vectors, vectors - v)}, from, window},
        run);
}

void ConvEmitter::emitPart(const Part &part, const DepthBlock &run) {
  const Place &place = part.place;
  auto sumPlace = [&](int64_t pixel, int64_t v) {
    Value line = e.mulConstant(pixelNumber(place, pixel), panelChannels);
    return e.addConstant(line, (part.firstVector + v) * kLanes);
  };
  Sums sums;
  if (run.partialSums) {
    sums = loadSums(e, run.partialSums, part.tile, sumPlace);
  } else {
    SmallVector<Value> values = starts(place.panel, part.firstVector, part.tile.vectors);
    for (int64_t pixel = 0; pixel < part.tile.rows; ++pixel)
      sums.append(values.begin(), values.end());
  }
  sums = sumOfRun(part, run, std::move(sums));
  if (!run.last)
    return storeSums(e, sums, run.partialSums, part.tile, sumPlace);
  Value firstChannel =
      e.addConstant(e.mulConstant(place.panel, panelChannels), part.firstVector * kLanes);
  for (int64_t pixel = 0; pixel < part.tile.rows; ++pixel) {
    Value row = e.addConstant(place.row, pixel / place.width);
    Value column = e.addConstant(place.column, pixel % place.width);
    for (int64_t v = 0; v < part.tile.vectors; ++v)
      output.store(place.batch, e.addConstant(firstChannel, v * kLanes), row, column,
                   sums[pixel * part.tile.vectors + v], joined);
  }
}

Sums ConvEmitter::sumOfRun(const Part &part, const DepthBlock &run, Sums sums) {
  bool wide = terms == Terms::Pairs; // which hold this run alone
  Value firstWeights = wide ? e.index(0) : firstWeight;
  auto add = [&](Value block, int64_t channels, Sums from) {
    if (part.firstVector == 0)
      fetchAhead(part.place, block, run);
    Value held = wide ? e.sub(block, run.first) : block;
    return addBlock(part, e.add(part.window, e.mul(held, part.input.blockStride())),
                    e.add(firstWeights, e.mulConstant(held, blockSteps() * stepWeights())),
                    channels, from);
  };
  if (run.fixedRounds == 1)
    sums = add(run.first, input.block, sums);
  else if (*run.fixedRounds > 1)
    sums = e.loopCarry(run.first, e.add(run.first, run.rounds), 1, sums,
                       [&](Value block, ValueRange carried) {
                         return add(block, input.block, Sums(carried.begin(), carried.end()));
                       });
  // Lanes past the last channel hold no data; those that a step takes along meet weights of zero.
  if (int64_t rest = restChannels(); rest != 0 && run.last)
    sums = add(e.index(wholeBlocks()), llvm::alignTo(rest, stepChannels()), sums);
  return sums;
}

// One block of input channels: the window's rows, its columns, the channels. Columns and channels
// that are neighbours in memory are one run.
Sums ConvEmitter::addBlock(const Part &part, Value window, Value weights, int64_t channels,
                           Sums sums) {
  int64_t width = shape.paddedWidth();
  bool oneRun = width == 1 || (shape.dilation[1] == 1 && channels == input.block);
  auto addRow = [&](Value row, Sums from) {
    Value at = e.add(window, e.mul(row, part.input.rowStride(shape.dilation[0])));
    Value line = e.add(weights, e.mulConstant(row, rowSteps() * stepWeights()));
    if (oneRun)
      return addRun(part, at, line, width * channels, from);
    return Sums(e.loopCarry(
        e.index(0), e.index(shape.kernel[1]), 1, from, [&](Value column, ValueRange carried) {
          int64_t pixelStride = part.input.pixelStride(0, shape.dilation[1]);
          Value pixel = e.add(at, e.mulConstant(column, pixelStride));
          Value tap = e.add(line, e.mulConstant(column, tapSteps() * stepWeights()));
          return addRun(part, pixel, tap, channels, Sums(carried.begin(), carried.end()));
        }));
  };
  if (shape.kernel[0] == 1)
    return addRow(e.index(0), sums);
  return e.loopCarry(e.index(0), e.index(shape.kernel[0]), 1, sums,
                     [&](Value row, ValueRange carried) {
                       return addRow(row, Sums(carried.begin(), carried.end()));
                     });
}

// `count` channels or neighbouring taps, or both, from `window` and `weights` on.
Sums ConvEmitter::addRun(const Part &part, Value window, Value weights, int64_t count, Sums sums) {
  int64_t steps = count / stepChannels();
  auto add = [&](Value step, int64_t offset, int64_t atOnce, ValueRange carried) {
    Value number = e.addConstant(step, offset);
    return addSteps(part, e.add(window, e.mulConstant(number, stepInput())),
                    e.add(weights, e.mulConstant(number, stepWeights())), atOnce, carried);
  };
  if (shortGroups)
    return sumOver(e, steps, shortGroups, sums, add);
  return sumOver(e, e.index(steps), steps, sums,
                 [&](Value step, int64_t offset, ValueRange carried) {
                   return add(step, offset, 1, carried);
                 });
}

// `window` and `line`: the input's and the weights' first elements of the `count` steps; more than
// one only of short sums.
Sums ConvEmitter::addSteps(const Part &part, Value window, Value line, int64_t count,
                           ValueRange sums) {
  int64_t vectorElements = terms == Terms::Pairs ? stripSteps() * kLanes : kLanes * shape.group();
  Value memory = terms == Terms::Pairs ? wideWeights : weight;
  auto pixelAt = [&](int64_t pixel) {
    int64_t width = part.place.width;
    return e.addConstant(window, part.input.windowStride(pixel / width, pixel % width));
  };
  auto weightsAt = [&](int64_t v) {
    return e.addConstant(line, (part.firstVector + v) * vectorElements);
  };
  switch (terms) {
  case Terms::Floats:
    return multiplyAdd(
        e, part.tile, sums,
        [&](int64_t pixel) { return loadElement(e, part.input.flat, pixelAt(pixel), 0); },
        [&](int64_t v) { return loadFloats(e, memory, weightsAt(v), 0); });
  case Terms::Bytes:
    if (shortGroups)
      return shortAdd(
          e, part.tile, sums, count,
          [&](int64_t pixel, int64_t n) {
            return loadGroup(e, part.input.flat, e.addConstant(pixelAt(pixel), n * stepInput()));
          },
          [&](int64_t v, int64_t n) {
            return loadGroupLanes(e, memory, e.addConstant(weightsAt(v), n * stepWeights()));
          });
    return dotAdd(
        e, part.tile, sums,
        [&](int64_t pixel) { return loadGroup(e, part.input.flat, pixelAt(pixel)); },
        [&](int64_t v) { return loadGroupLanes(e, memory, weightsAt(v)); });
  case Terms::Pairs:
    return pairAdd(
        e, part.tile, sums,
        [&](int64_t pixel) { return loadPair(e, part.input.flat, pixelAt(pixel)); },
        [&](int64_t v) { return loadPairLanes(e, memory, weightsAt(v)); });
  }
}

} // namespace mdc::lower
