#include "compiler/lower/kernels/MatmulEmitter.h"

#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/PanelCopy.h"
#include "compiler/lower/kernels/WidePairs.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mdc::lower {

// Up to this many rows of an open count are computed one at a time: a tile of more repeats the
// last.
static constexpr int64_t kFewRows = 2;
// Up to this many rows of floats read bytes themselves, where more have them widened.
static constexpr int64_t kFewUnwidenedRows = 4;

// More rows than this share a panel of bytes, and make up for widening it.
static constexpr int64_t kFewWideRows = 16;

Terms matmulTerms(graph::MatmulOp root, const MatmulShape &shape, const Machine &machine) {
  if (root.getLhs().getType().getElementType().isF32())
    return Terms::Floats;
  auto rows = graph::constantOf(shape.rows);
  bool widened =
      !machine.byteDots && !root->hasAttr(graph::kShortSumsAttr) && (!rows || *rows > kFewWideRows);
  return widened ? Terms::Pairs : Terms::Bytes;
}

MatmulEmitter::MatmulEmitter(RegionEmitter &emitter, graph::MatmulOp root, MatmulShape known,
                             int64_t panelColumns)
    : e(emitter), root(root), shape(std::move(known)), panelColumns(panelColumns) {
  lhs = e.buffer(e.argumentOperand(root.getLhs()), root.getLhs().getType().getElementType());
  rhs = e.buffer(e.argumentOperand(root.getRhs()), root.getRhs().getType().getElementType());
  depth = e.extent(shape.depth);
  columns = e.extent(shape.columns);
  if (auto products = root->getAttrOfType<IntegerAttr>(graph::kShortSumsAttr))
    shortGroups = groupsOfShortSums(e.machine, products.getInt());
  useTerms(matmulTerms(root, shape, e.machine));
}

void MatmulEmitter::useTerms(Terms wanted) {
  terms = wanted;
  AffineExpr groups = shape.depth.ceilDiv(kGroupBytes);
  switch (terms) {
  case Terms::Floats:
    termElements = 1;
    roundCount = shape.depth;
    break;
  case Terms::Bytes:
    termElements = kGroupBytes;
    roundCount = groups;
    break;
  case Terms::Pairs:
    termElements = kPairBytes;
    roundCount = groups * (kGroupBytes / kPairBytes);
    break;
  }
  rounds = e.extent(roundCount);
  useTile(matmulTile(e.machine, panelColumns, graph::constantOf(shape.rows), terms));
}

void MatmulEmitter::useTile(RegisterTile wanted) {
  tile = wanted;
  rowTiles = e.extent(shape.rows.ceilDiv(tile.rows));
}

RegisterTile MatmulEmitter::singleRow() { return matmulTile(e.machine, panelColumns, 1, terms); }

MatmulEmitter::Place MatmulEmitter::placeOf(Value batchNumber) {
  Place place;
  SmallVector<Value> extents;
  for (AffineExpr extent : shape.batch)
    extents.push_back(e.extent(extent));
  place.batch = e.unflatten(batchNumber, extents);
  place.lhs = place.rhsMatrix = e.index(0);
  for (auto [axis, coordinate] : llvm::enumerate(place.batch)) {
    place.lhs = e.add(place.lhs, e.mul(coordinate, e.extent(shape.lhsBatchStrides[axis])));
    Value matrices = e.extent(shape.rhsBatchMatrices[axis]);
    place.rhsMatrix = e.add(place.rhsMatrix, e.mul(coordinate, matrices));
  }
  return place;
}

void MatmulEmitter::planBlocks() {
  int64_t elementBytes = terms == Terms::Floats  ? sizeof(float)
                         : terms == Terms::Pairs ? sizeof(int16_t)
                                                 : 1;
  int64_t panelBytes = panelColumns * *graph::constantOf(shape.depth) * elementBytes;
  blocks =
      matmulBlocks(shape, panelAxis().tiles(), panelBytes, *graph::constantOf(roundCount), tile);
}

void MatmulEmitter::emitPackedAhead() {
  int64_t panels = panelAxis().tiles();
  planBlocks();
  AffineExpr rowBlocks = shape.rows.ceilDiv(tile.rows * blocks.rowTiles);
  SmallVector<Value> counts = {e.extent(shape.batchCount), e.extent(rowBlocks), e.index(panels)};
  double work = double(tile.rows * blocks.rowTiles) * panelColumns *
                double(*graph::constantOf(shape.depth)) / multiplyAddsPerWork();
  // Few of an open count of rows are not widened, or else computed one at a time.
  const bool widens = terms == Terms::Pairs;
  const Terms many = terms, few = widens ? Terms::Bytes : terms;
  e.parallel(e.extent(shape.batchCount * rowBlocks * panels), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    Place place = placeOf(parts[0]);
    if (graph::constantOf(shape.rows))
      return emitItem(place, parts[1], parts[2]);
    auto emitAs = [&](Terms wanted, bool isSingle) {
      useTerms(wanted);
      if (isSingle)
        useTile(singleRow());
      planBlocks();
      emitItem(place, parts[1], parts[2]);
    };
    whereFewRows(
        widens ? kFewWideRows : kFewRows, [&] { emitAs(few, !widens); },
        [&] { emitAs(many, false); });
  });
}

// Panels [first, end) of the packed weights; the last may have fewer columns.
void MatmulEmitter::forPanels(Place place, Value first, Value end, PanelBody body) {
  TiledAxis panels = panelAxis();
  Value columnElements = e.mulConstant(rounds, termElements);
  Value matrix =
      e.mul(place.rhsMatrix, e.mulConstant(columnElements, panels.tiles() * panelColumns));
  forTiles(e, panels, first, end, [&](Value column, int64_t size) {
    place.firstColumn = column;
    place.panels = rhs;
    place.packed = place.panel = e.add(matrix, e.mul(column, columnElements));
    place.columnsLeft = size == panelColumns ? Value() : e.index(size);
    body(place, (size + kLanes - 1) / kLanes);
  });
}

void MatmulEmitter::emitItem(const Place &place, Value rowBlock, Value panel) {
  Value firstTile = e.mulConstant(rowBlock, blocks.rowTiles);
  Value endTile = e.minimum(e.addConstant(firstTile, blocks.rowTiles), rowTiles);
  int64_t all = *graph::constantOf(roundCount);
  if (terms == Terms::Pairs) {
    widePanel = stackPairs(e, panelColumns * stripRounds());
    wideRows = stackPairs(e, tile.rows * stripRounds());
  }
  forPanels(place, panel, e.addConstant(panel, 1), [&](const Place &at, int64_t vectors) {
    auto eachTile = [&](DepthBlock block) {
      Place from = terms == Terms::Pairs ? widened(at, vectors, block) : at;
      forRowTiles(firstTile, endTile, [&](RegisterTile held, Value number) {
        Value ofItem = e.sub(number, firstTile);
        emitRowTile(from,
                    {held, e.mulConstant(number, tile.rows), ofItem,
                     e.mulConstant(ofItem, tile.rows * panelColumns)},
                    vectors, block);
      });
    };
    if (blocks.depthRounds >= all)
      eachTile(wholeDepth());
    else
      forDepthBlocks(e, all, blocks.depthRounds, zeroedSums(), eachTile);
  });
}

MatmulEmitter::Place MatmulEmitter::widened(Place place, int64_t vectors, const DepthBlock &block) {
  constexpr int64_t pairsOfGroup = kGroupBytes / kPairBytes;
  WideStrips strips{panelColumns / kLanes, vectors, *block.fixedRounds / pairsOfGroup,
                    stripRounds()};
  Value skipped = e.mulConstant(block.first, panelColumns * kPairBytes);
  widenStrips(e, rhs, e.add(place.packed, skipped), strips, widePanel);
  place.panels = widePanel;
  place.panel = e.index(0);
  return place;
}

Value MatmulEmitter::zeroedSums() {
  Value zero = zeroSums(e, {1, 1}, terms)[0];
  int64_t vectors = blocks.rowTiles * tile.rows * (panelColumns / kLanes);
  Value sums = partialSums(e, vectors, getElementTypeOrSelf(zero.getType()));
  e.loop(e.index(0), e.index(vectors * kLanes), kLanes,
         [&](Value at) { storeSum(e, zero, sums, at); });
  return sums;
}

void MatmulEmitter::emitAllRows(const Place &place, int64_t vectors) {
  forRowTiles(e.index(0), rowTiles, [&](RegisterTile held, Value number) {
    emitRowTile(place, {held, e.mulConstant(number, tile.rows)}, vectors, wholeDepth());
  });
}

void MatmulEmitter::forRowTiles(Value first, Value end,
                                llvm::function_ref<void(RegisterTile, Value)> body) {
  auto fixed = graph::constantOf(shape.rows);
  int64_t rest = fixed ? *fixed % tile.rows : 0;
  auto whole = [&](Value number) { body(tile, number); };
  if (rest == 0)
    return e.loop(first, end, 1, whole);
  Value wholeTiles = e.index(*fixed / tile.rows);
  e.loop(first, e.minimum(end, wholeTiles), 1, whole);
  RegisterTile last = restTile(e.machine, panelColumns, rest, terms);
  e.loop(e.maximum(first, wholeTiles), end, 1, [&](Value number) { body(last, number); });
}

// Each panel of each matrix is an item.
void MatmulEmitter::forEachPanel(PanelBody body) {
  int64_t depthCount = *graph::constantOf(shape.depth);
  SmallVector<Value> counts = {e.extent(shape.batchCount), e.index(panelAxis().tiles())};
  double work = double(graph::constantOf(shape.rows).value_or(64)) * panelColumns * depthCount /
                multiplyAddsPerWork();
  e.parallel(e.mul(counts[0], counts[1]), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    Place place = placeOf(parts[0]);
    forPanels(place, parts[1], e.addConstant(parts[1], 1), body);
  });
}

// One of two forms: a count of rows that is open is known when the kernel runs.
void MatmulEmitter::whereFewRows(int64_t few, Body ifFew, Body otherwise) {
  Value isFew = arith::CmpIOp::create(e.builder, e.loc(), arith::CmpIPredicate::sle,
                                      e.extent(shape.rows), e.index(few));
  auto choice = scf::IfOp::create(e.builder, e.loc(), isFew, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(e.builder);
  e.builder.setInsertionPointToStart(choice.thenBlock());
  ifFew();
  e.builder.setInsertionPointToStart(choice.elseBlock());
  otherwise();
}

void MatmulEmitter::emitWidened() {
  int64_t depthCount = *graph::constantOf(shape.depth);
  RegisterTile whole = tile;
  auto emitWide = [&](Place place) {
    place.panels = stackPanel(e, depthCount * panelColumns);
    place.panel = e.index(0);
    widenPanel(e, rhs, place.packed, depth, panelColumns, place.panels);
    emitAllRows(place, panelColumns / kLanes);
  };
  forEachPanel([&](const Place &packed, int64_t vectors) {
    if (graph::constantOf(shape.rows))
      return emitWide(packed);
    auto emitFew = [&] {
      useTile(singleRow());
      emitAllRows(packed, vectors);
    };
    auto emitMany = [&] {
      useTile(whole);
      emitWide(packed);
    };
    whereFewRows(kFewUnwidenedRows, emitFew, emitMany);
  });
}

void MatmulEmitter::emitExpanded(const Packing &packing) {
  Value weight = root.getRhs();
  int64_t panelElements = panelColumns * *graph::constantOf(shape.depth);
  forEachPanel([&](Place place, int64_t vectors) {
    Value number = e.floorDiv(place.packed, e.index(panelElements));
    place.panel = e.index(0);
    place.panels = expandPanel(e, weight, packing, number);
    emitAllRows(place, vectors);
  });
}

void MatmulEmitter::emitPackedHere(int64_t mostDepth) {
  AffineExpr panels = shape.columns.ceilDiv(panelColumns);
  auto fixedColumns = graph::constantOf(shape.columns);
  bool ragged = !fixedColumns || *fixedColumns % panelColumns != 0;
  SmallVector<Value> counts = {e.extent(shape.batchCount), e.extent(panels)};
  double work = double(graph::constantOf(shape.rows).value_or(64)) * panelColumns * mostDepth /
                multiplyAddsPerWork();
  e.parallel(e.extent(shape.batchCount * panels), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    Place place = placeOf(parts[0]);
    place.firstColumn = e.mulConstant(parts[1], panelColumns);
    place.panels = stackPanel(e, mostDepth * panelColumns);
    place.panel = e.index(0);
    if (ragged)
      place.columnsLeft = e.sub(columns, place.firstColumn);
    PanelSource source{rhs, e.mul(place.rhsMatrix, e.extent(shape.depth * shape.columns)), depth,
                       columns};
    if (root.getTransposeRhs())
      copyPanelTransposed(e, source, place.firstColumn, panelColumns, place.panels);
    else
      copyPanel(e, source, place.firstColumn, panelColumns, place.panels);
    emitAllRows(place, panelColumns / kLanes);
  });
}

void MatmulEmitter::emitRowTile(const Place &place, const RowTile &rowTile, int64_t vectors,
                                const DepthBlock &block) {
  LeftRows rows = leftRows(place, rowTile, block);
  for (int64_t vector = 0; vector < vectors; vector += rowTile.held.vectors) {
    RegisterTile part{rowTile.held.rows, std::min(rowTile.held.vectors, vectors - vector)};
    emitColumns(place, rowTile, rows, vector, part, block);
  }
}

MatmulEmitter::LeftRows MatmulEmitter::leftRows(const Place &place, const RowTile &rowTile,
                                                const DepthBlock &block) {
  LeftRows rows{rowNumbers(rowTile), lhs, {}};
  for (Value row : rows.numbers)
    rows.begins.push_back(e.add(place.lhs, e.mul(row, e.extent(shape.lhsRowStride))));
  Value skipped = e.mul(block.first, e.extent(shape.lhsDepthStride * termElements));
  for (Value &begin : rows.begins)
    begin = e.add(begin, skipped);
  if (terms != Terms::Pairs)
    return rows;
  int64_t bytes = *block.fixedRounds * kPairBytes;
  if (block.last) {
    int64_t others = (*graph::constantOf(roundCount) - *block.fixedRounds) * kPairBytes;
    bytes = *graph::constantOf(shape.depth) - others;
  }
  widenRows(e, lhs, rows.begins, bytes, wideRows, e.index(0), stripRounds());
  rows.memory = wideRows;
  for (auto [row, begin] : llvm::enumerate(rows.begins))
    begin = e.index(row * stripRounds());
  return rows;
}

// Rounds between two fetches: what sumOver unrolls.
int64_t MatmulEmitter::roundsAhead() const { return 4 * std::max<int64_t>(shortGroups, 1); }

// The next block or panel follows this one in memory, and the processor's own prefetchers begin
// anew at every page. Each row tile fetches a share of it while it multiplies.
MatmulEmitter::LinesAhead MatmulEmitter::linesAhead(const Place &place, const RowTile &rowTile,
                                                    const DepthBlock &block) {
  if (!rowTile.ofItem || blocks.rowTiles == 1 || *block.fixedRounds % roundsAhead() != 0)
    return {};
  int64_t roundElements = panelColumns * termElements;
  int64_t blockLines = *block.fixedRounds * roundElements / cacheLine();
  int64_t steps = *block.fixedRounds / roundsAhead();
  LinesAhead ahead;
  ahead.perStep = std::clamp<int64_t>(blockLines / (steps * blocks.rowTiles) + 1, 1, 4);
  int64_t tileLines = steps * ahead.perStep;
  Value skipped = e.minimum(e.mulConstant(rowTile.ofItem, tileLines),
                            e.index(std::max<int64_t>(0, blockLines - tileLines)));
  Value end = e.mulConstant(e.addConstant(block.first, *block.fixedRounds), roundElements);
  ahead.first = e.add(e.add(place.packed, end), e.mulConstant(skipped, cacheLine()));
  return ahead;
}

void MatmulEmitter::fetch(const LinesAhead &lines, Value round) {
  Value first =
      e.add(lines.first, e.mulConstant(round, lines.perStep * cacheLine() / roundsAhead()));
  fetchLines(e, rhs, first, lines.perStep, cacheLine());
}

// The last tile of an open count of rows repeats the last one.
SmallVector<Value> MatmulEmitter::rowNumbers(const RowTile &rowTile) {
  SmallVector<Value> numbers;
  bool fixed = graph::constantOf(shape.rows).has_value();
  Value last = e.addConstant(e.extent(shape.rows), -1);
  for (int64_t row = 0; row < rowTile.held.rows; ++row) {
    Value number = e.addConstant(rowTile.first, row);
    numbers.push_back(fixed ? number : e.minimum(number, last));
  }
  return numbers;
}

// sums += what `count` rounds of the block from `round` on add; more than one only of short sums.
Sums MatmulEmitter::addRounds(const Place &place, const LeftRows &rows, int64_t firstVector,
                              RegisterTile part, Value round, int64_t count, ValueRange sums) {
  Value along = e.mul(round, e.extent(shape.lhsDepthStride * termElements));
  int64_t roundStride = panelColumns * termElements, vectorStride = kLanes * termElements;
  if (terms == Terms::Pairs) {
    along = round;
    roundStride = kLanes;
    vectorStride = stripRounds() * kLanes;
  }
  Value line = e.add(place.panel, e.mulConstant(round, roundStride));
  auto leftAt = [&](int64_t row) { return e.add(rows.begins[row], along); };
  auto rightAt = [&](int64_t v) { return e.addConstant(line, (firstVector + v) * vectorStride); };
  switch (terms) {
  case Terms::Floats:
    return multiplyAdd(
        e, part, sums, [&](int64_t row) { return loadElement(e, rows.memory, leftAt(row), 0); },
        [&](int64_t v) { return loadFloats(e, place.panels, rightAt(v), 0); });
  case Terms::Bytes:
    if (shortGroups)
      return shortAdd(
          e, part, sums, count,
          [&](int64_t row, int64_t n) {
            return loadGroup(e, rows.memory, e.addConstant(leftAt(row), n * kGroupBytes));
          },
          [&](int64_t v, int64_t n) {
            return loadGroupLanes(e, place.panels, e.addConstant(rightAt(v), n * roundStride));
          });
    return dotAdd(
        e, part, sums, [&](int64_t row) { return loadGroup(e, rows.memory, leftAt(row)); },
        [&](int64_t v) { return loadGroupLanes(e, place.panels, rightAt(v)); });
  case Terms::Pairs:
    return pairAdd(
        e, part, sums, [&](int64_t row) { return loadPair(e, rows.memory, leftAt(row)); },
        [&](int64_t v) { return loadPairLanes(e, place.panels, rightAt(v)); });
  }
}

void MatmulEmitter::emitColumns(const Place &place, const RowTile &rowTile, const LeftRows &rows,
                                int64_t firstVector, RegisterTile part, const DepthBlock &block) {
  LinesAhead ahead = firstVector == 0 ? linesAhead(place, rowTile, block) : LinesAhead();
  Place from = place;
  if (terms != Terms::Pairs) // which hold this block alone
    from.panel = e.add(place.panel, e.mulConstant(block.first, panelColumns * termElements));
  auto steps = [&](Value round, int64_t offset, int64_t count, ValueRange sums) {
    if (ahead.first && offset == 0)
      fetch(ahead, round);
    return addRounds(from, rows, firstVector, part, e.addConstant(round, offset), count, sums);
  };
  auto step = [&](Value round, int64_t offset, ValueRange sums) {
    return steps(round, offset, 1, sums);
  };
  auto sumPlace = [&](int64_t row, int64_t v) {
    return e.addConstant(rowTile.sumsBegin, row * panelColumns + (firstVector + v) * kLanes);
  };
  Sums start =
      block.partialSums ? loadSums(e, block.partialSums, part, sumPlace) : zeroSums(e, part, terms);
  Sums sums = shortGroups ? sumOver(e, *block.fixedRounds, shortGroups, start, steps)
                          : sumOver(e, block.rounds, block.fixedRounds, start, step);
  if (block.last)
    storeTile(place, rows.numbers, firstVector, part, sums);
  else
    storeSums(e, sums, block.partialSums, part, sumPlace);
}

static std::optional<int64_t> fixedIndex(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

void MatmulEmitter::columnsOf(const Place &place, int64_t vector, Value &first, Value &mask) {
  first = e.addConstant(place.firstColumn, vector * kLanes);
  if (!place.columnsLeft)
    return;
  auto fixed = fixedIndex(place.columnsLeft);
  if (fixed && *fixed >= (vector + 1) * kLanes)
    return;
  mask = e.laneMask(e.addConstant(place.columnsLeft, -vector * kLanes), kLanes);
  // A vector that lies past the end is not stored, but what the epilogue reads for it must be in
  // memory.
  if (!fixed)
    first = e.minimum(first, e.addConstant(columns, -1));
}

void MatmulEmitter::storeTile(const Place &place, ArrayRef<Value> rows, int64_t firstVector,
                              RegisterTile part, const Sums &sums) {
  SmallVector<Value> rowExtents, masks(part.vectors), firsts(part.vectors);
  for (AffineExpr extent : shape.rowAxes)
    rowExtents.push_back(e.extent(extent));
  for (int64_t v = 0; v < part.vectors; ++v)
    columnsOf(place, firstVector + v, firsts[v], masks[v]);
  for (int64_t row = 0; row < part.rows; ++row) {
    Indices indices;
    for (Value coordinate : place.batch)
      indices.push_back({coordinate, 0});
    for (Value coordinate : e.unflatten(rows[row], rowExtents))
      indices.push_back({coordinate, 0});
    indices.push_back({});
    for (int64_t v = 0; v < part.vectors; ++v) {
      indices.back() = {firsts[v], 1};
      storeResults(e, root.getResult(), sums[row * part.vectors + v], indices, masks[v]);
    }
  }
}

} // namespace mdc::lower
