#include "compiler/lower/kernels/Matmul.h"

#include "compiler/lower/Packing.h"
#include "compiler/lower/SparseCost.h"
#include "compiler/lower/kernels/DepthBlocks.h"
#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "compiler/lower/kernels/MatmulShape.h"
#include "compiler/lower/kernels/MultiplyAdd.h"
#include "compiler/lower/kernels/PanelCopy.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace mdc::lower {

namespace {

Terms termsOf(graph::MatmulOp root) {
  return root.getLhs().getType().getElementType().isF32() ? Terms::Floats : Terms::Bytes;
}

class MatmulEmitter {
public:
  MatmulEmitter(RegionEmitter &emitter, graph::MatmulOp root, MatmulShape shape,
                int64_t panelColumns);

  // The weights lie in panels.
  void emitPackedAhead();
  // They do, as bytes for f32 rows: each panel is widened by the thread that uses it.
  void emitWidened();
  // They do, without their zeros: each panel is expanded by the thread that uses it.
  void emitExpanded(const Packing &packing);
  // Each panel is packed by the thread that uses it, and used for all rows of its batch entry.
  void emitPackedHere(int64_t mostDepth);

private:
  // Where the operands of a tile lie.
  struct Place {
    SmallVector<Value> batch; // coordinates of the result's outer axes
    Value lhs;                // first element of the batch entry
    Value rhsMatrix;          // number of the batch entry's matrix
    Value panels;             // flat memory that holds the panel,
    Value panel;              // which begins here
    Value firstColumn;
    Value columnsLeft; // columns of the panel that are stored; null: all
  };

  Place placeOf(Value batchNumber);
  TiledAxis panelAxis() { return {*graph::constantOf(shape.columns), panelColumns}; }
  using PanelBody = llvm::function_ref<void(const Place &place, int64_t vectors)>;
  void forPanels(Place place, Value first, Value end, PanelBody body);
  DepthBlock wholeDepth() { return {e.index(0), rounds, graph::constantOf(roundCount)}; }
  // A tile of an item's rows.
  struct RowTile {
    Value number;         // of all
    Value ofItem = {};    // null: no panel follows
    Value sumsBegin = {}; // partial ones, a line of the panel's columns for each row
  };
  // Lines of memory that a tile fetches ahead, some every kRoundsAhead rounds.
  struct LinesAhead {
    Value first; // element; null: none
    int64_t perStep = 0;
  };
  LinesAhead linesAhead(const Place &place, const RowTile &rowTile, const DepthBlock &block);
  void fetch(const Place &place, const LinesAhead &lines, Value round);

  void forEachPanel(PanelBody body);
  void emitItem(Place place, Value rowBlock, Value panel);
  Value zeroedSums();
  void emitAllRows(const Place &place, int64_t vectors);
  void emitRowTile(const Place &place, const RowTile &rowTile, int64_t vectors,
                   const DepthBlock &block);
  void emitColumns(const Place &place, const RowTile &rowTile, ArrayRef<Value> rows,
                   int64_t firstVector, RegisterTile part, const DepthBlock &block);
  SmallVector<Value> rowNumbers(Value rowTile);
  void storeTile(const Place &place, ArrayRef<Value> rows, int64_t firstVector, RegisterTile part,
                 const Sums &sums);
  void columnsOf(const Place &place, int64_t vector, Value &first, Value &mask);
  void useTile(RegisterTile wanted);
  // Elements of the panels in a line of the cache.
  int64_t cacheLine() const { return terms == Terms::Bytes ? 64 : 16; }
  // A vector operation does 16 multiply-adds of floats, or 64 of bytes, at half the rate of simple
  // loops.
  double multiplyAddsPerWork() const { return 8 * termElements; }

  RegionEmitter &e;
  graph::MatmulOp root;
  MatmulShape shape;
  int64_t panelColumns;
  Terms terms;
  int64_t termElements; // of a row and of a column that one round of the sums takes
  AffineExpr roundCount;
  RegisterTile tile;
  MatmulBlocks blocks;
  Value lhs, rhs, depth, columns, rounds, rowTiles;
};

} // namespace

MatmulEmitter::MatmulEmitter(RegionEmitter &emitter, graph::MatmulOp root, MatmulShape known,
                             int64_t panelColumns)
    : e(emitter), root(root), shape(std::move(known)), panelColumns(panelColumns),
      terms(termsOf(root)), termElements(terms == Terms::Bytes ? kGroupBytes : 1),
      roundCount(shape.depth.ceilDiv(termElements)) {
  lhs = e.buffer(e.argumentOperand(root.getLhs()), root.getLhs().getType().getElementType());
  rhs = e.buffer(e.argumentOperand(root.getRhs()), root.getRhs().getType().getElementType());
  depth = e.extent(shape.depth);
  columns = e.extent(shape.columns);
  rounds = e.extent(roundCount);
  useTile(matmulTile(emitter.machine, panelColumns, graph::constantOf(shape.rows), terms));
}

void MatmulEmitter::useTile(RegisterTile wanted) {
  tile = wanted;
  rowTiles = e.extent(shape.rows.ceilDiv(tile.rows));
}

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

void MatmulEmitter::emitPackedAhead() {
  int64_t depthCount = *graph::constantOf(shape.depth), panels = panelAxis().tiles();
  int64_t panelElements = panelColumns * depthCount;
  int64_t elementBytes = terms == Terms::Bytes ? 1 : sizeof(float);
  blocks = matmulBlocks(shape, panels, panelElements * elementBytes, *graph::constantOf(roundCount),
                        tile);
  AffineExpr rowBlocks = shape.rows.ceilDiv(tile.rows * blocks.rowTiles);
  SmallVector<Value> counts = {e.extent(shape.batchCount), e.extent(rowBlocks), e.index(panels)};
  double work = double(tile.rows * blocks.rowTiles) * panelElements / multiplyAddsPerWork();
  e.parallel(e.extent(shape.batchCount * rowBlocks * panels), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    Place place = placeOf(parts[0]);
    place.panels = rhs;
    emitItem(place, parts[1], parts[2]);
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
    place.panel = e.add(matrix, e.mul(column, columnElements));
    place.columnsLeft = size == panelColumns ? Value() : e.index(size);
    body(place, (size + kLanes - 1) / kLanes);
  });
}

void MatmulEmitter::emitItem(Place place, Value rowBlock, Value panel) {
  Value firstTile = e.mulConstant(rowBlock, blocks.rowTiles);
  Value endTile = e.minimum(e.addConstant(firstTile, blocks.rowTiles), rowTiles);
  int64_t all = *graph::constantOf(roundCount);
  forPanels(place, panel, e.addConstant(panel, 1), [&](const Place &at, int64_t vectors) {
    auto eachTile = [&](DepthBlock block) {
      e.loop(firstTile, endTile, 1, [&](Value t) {
        Value ofItem = e.sub(t, firstTile);
        emitRowTile(at, {t, ofItem, e.mulConstant(ofItem, tile.rows * panelColumns)}, vectors,
                    block);
      });
    };
    if (blocks.depthRounds >= all)
      eachTile(wholeDepth());
    else
      forDepthBlocks(e, all, blocks.depthRounds, zeroedSums(), eachTile);
  });
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
  e.loop(e.index(0), rowTiles, 1, [&](Value t) { emitRowTile(place, {t}, vectors, wholeDepth()); });
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
    place.panels = rhs;
    forPanels(place, parts[1], e.addConstant(parts[1], 1), body);
  });
}

// Up to this many rows of an open count read the bytes themselves, one row at a time.
static constexpr int64_t kFewRows = 4;

void MatmulEmitter::emitWidened() {
  int64_t depthCount = *graph::constantOf(shape.depth);
  auto fixedRows = graph::constantOf(shape.rows);
  RegisterTile whole = tile, single = {1, tile.vectors};
  auto emitWide = [&](Place place) {
    place.panels = stackPanel(e, depthCount * panelColumns);
    Value first = std::exchange(place.panel, e.index(0));
    widenPanel(e, rhs, first, depth, panelColumns, place.panels);
    emitAllRows(place, panelColumns / kLanes);
  };
  forEachPanel([&](const Place &packed, int64_t vectors) {
    if (fixedRows)
      return emitWide(packed);
    Value few = arith::CmpIOp::create(e.builder, e.loc(), arith::CmpIPredicate::sle,
                                      e.extent(shape.rows), e.index(kFewRows));
    auto choice = scf::IfOp::create(e.builder, e.loc(), few, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(e.builder);
    e.builder.setInsertionPointToStart(choice.thenBlock());
    useTile(single);
    emitAllRows(packed, vectors);
    e.builder.setInsertionPointToStart(choice.elseBlock());
    useTile(whole);
    emitWide(packed);
  });
}

void MatmulEmitter::emitExpanded(const Packing &packing) {
  Value weight = root.getRhs();
  int64_t panelElements = panelColumns * *graph::constantOf(shape.depth);
  forEachPanel([&](Place place, int64_t vectors) {
    Value number = e.floorDiv(std::exchange(place.panel, e.index(0)), e.index(panelElements));
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
  SmallVector<Value> rows = rowNumbers(rowTile.number);
  for (int64_t vector = 0; vector < vectors; vector += tile.vectors) {
    RegisterTile part{tile.rows, std::min(tile.vectors, vectors - vector)};
    emitColumns(place, rowTile, rows, vector, part, block);
  }
}

static constexpr int64_t kRoundsAhead = 4; // what sumOver unrolls

// The next block or panel follows this one in memory, and the processor's own prefetchers begin
// anew at every page. Each row tile fetches a share of it while it multiplies.
MatmulEmitter::LinesAhead MatmulEmitter::linesAhead(const Place &place, const RowTile &rowTile,
                                                    const DepthBlock &block) {
  if (!rowTile.ofItem || blocks.rowTiles == 1 || *block.fixedRounds % kRoundsAhead != 0)
    return {};
  int64_t roundElements = panelColumns * termElements;
  int64_t blockLines = *block.fixedRounds * roundElements / cacheLine();
  int64_t steps = *block.fixedRounds / kRoundsAhead;
  LinesAhead ahead;
  ahead.perStep = std::clamp<int64_t>(blockLines / (steps * blocks.rowTiles) + 1, 1, 4);
  int64_t tileLines = steps * ahead.perStep;
  Value skipped = e.minimum(e.mulConstant(rowTile.ofItem, tileLines),
                            e.index(std::max<int64_t>(0, blockLines - tileLines)));
  Value end = e.mulConstant(e.addConstant(block.first, *block.fixedRounds), roundElements);
  ahead.first = e.add(e.add(place.panel, end), e.mulConstant(skipped, cacheLine()));
  return ahead;
}

void MatmulEmitter::fetch(const Place &place, const LinesAhead &lines, Value round) {
  Value first =
      e.add(lines.first, e.mulConstant(round, lines.perStep * cacheLine() / kRoundsAhead));
  fetchLines(e, place.panels, first, lines.perStep, cacheLine());
}

// Rows are computed twice rather than in smaller tiles, with the same result: a fixed count moves
// the last tile up, an open one, which may be below a tile's height, repeats the last row.
SmallVector<Value> MatmulEmitter::rowNumbers(Value rowTile) {
  SmallVector<Value> numbers;
  Value first = e.mulConstant(rowTile, tile.rows);
  auto fixed = graph::constantOf(shape.rows);
  if (fixed && *fixed % tile.rows != 0)
    first = e.minimum(first, e.index(*fixed - tile.rows));
  Value last = e.addConstant(e.extent(shape.rows), -1);
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value number = e.addConstant(first, row);
    numbers.push_back(fixed ? number : e.minimum(number, last));
  }
  return numbers;
}

void MatmulEmitter::emitColumns(const Place &place, const RowTile &rowTile, ArrayRef<Value> rows,
                                int64_t firstVector, RegisterTile part, const DepthBlock &block) {
  SmallVector<Value> rowOffsets;
  for (Value row : rows)
    rowOffsets.push_back(e.add(place.lhs, e.mul(row, e.extent(shape.lhsRowStride))));
  Value depthStride = e.extent(shape.lhsDepthStride * termElements);
  Value panel = e.addConstant(place.panel, firstVector * kLanes * termElements);
  LinesAhead ahead = firstVector == 0 ? linesAhead(place, rowTile, block) : LinesAhead();
  auto step = [&](Value round, int64_t offset, ValueRange sums) {
    if (ahead.first && offset == 0)
      fetch(place, ahead, round);
    Value k = e.addConstant(e.add(block.first, round), offset);
    Value along = e.mul(k, depthStride);
    Value line = e.add(panel, e.mulConstant(k, panelColumns * termElements));
    if (terms == Terms::Bytes)
      return dotAdd(
          e, part, sums,
          [&](int64_t row) { return loadGroup(e, lhs, e.add(rowOffsets[row], along)); },
          [&](int64_t v) {
            return loadGroupLanes(e, place.panels, e.addConstant(line, v * kLanes * kGroupBytes));
          });
    return multiplyAdd(
        e, part, sums,
        [&](int64_t row) { return loadElement(e, lhs, e.add(rowOffsets[row], along), 0); },
        [&](int64_t v) { return loadFloats(e, place.panels, line, v * kLanes); });
  };
  auto sumPlace = [&](int64_t row, int64_t v) {
    return e.addConstant(rowTile.sumsBegin, row * panelColumns + (firstVector + v) * kLanes);
  };
  Sums start =
      block.partialSums ? loadSums(e, block.partialSums, part, sumPlace) : zeroSums(e, part, terms);
  Sums sums = sumOver(e, block.rounds, block.fixedRounds, start, step);
  if (block.last)
    storeTile(place, rows, firstVector, part, sums);
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

// The element types that a kernel exists for.
static bool hasKernel(graph::MatmulOp root) {
  Type lhs = root.getLhs().getType().getElementType(),
       rhs = root.getRhs().getType().getElementType();
  if (lhs.isUnsignedInteger(8)) // groups are read from one row
    return rhs.isSignlessInteger(8) && !root.getTransposeLhs();
  return lhs.isF32() && (rhs.isF32() || rhs.isSignlessInteger(8));
}

static bool readable(RegionEmitter &emitter, Value operand) {
  return isa<BlockArgument>(operand) && emitter.argumentLayout(operand).channelBlock == 1;
}

static Packing::Kind packingKind(graph::MatmulOp root) {
  return termsOf(root) == Terms::Bytes ? Packing::Kind::Groups : Packing::Kind::Panels;
}

// Whether panels of bytes become f32 in memory first: rows enough share one, and it fits the stack.
static bool widensPanels(graph::MatmulOp root, const MatmulShape &shape, int64_t panelColumns,
                         const Machine &machine) {
  if (termsOf(root) == Terms::Bytes || root.getRhs().getType().getElementType().isF32())
    return false;
  auto rows = graph::constantOf(shape.rows);
  bool fewRows = rows && *rows <= matmulTile(machine, panelColumns, rows).rows;
  int64_t bytes = *graph::constantOf(shape.depth) * panelColumns * (int64_t)sizeof(float);
  return !fewRows && bytes <= kMostPanelBytes;
}

LogicalResult emitMatmul(RegionEmitter &emitter, graph::MatmulOp root) {
  if (!hasKernel(root) || !readable(emitter, root.getLhs()) || !readable(emitter, root.getRhs()) ||
      !resultsFollow(emitter, root.getResult()) ||
      !emitter.argumentLayout(root.getLhs()).rowMajor())
    return failure();
  for (unsigned number = 0; number < emitter.source.getNumResults(); ++number)
    if (!emitter.resultLayout(number).rowMajor())
      return failure();
  MatmulShape shape = matmulShape(root);
  auto columns = graph::constantOf(shape.columns), depth = graph::constantOf(shape.depth);
  const std::string &packing = emitter.argumentLayout(root.getRhs()).packing;
  if (!packing.empty()) {
    auto packed = parsePacking(packing);
    if (!packed || packed->kind != packingKind(root) ||
        packed->transposed != root.getTransposeRhs() || !columns || !depth)
      return failure();
    MatmulEmitter kernel(emitter, root, shape, packed->panel);
    if (packed->bits)
      kernel.emitExpanded(*packed);
    else if (widensPanels(root, shape, packed->panel, emitter.machine))
      kernel.emitWidened();
    else
      kernel.emitPackedAhead();
    return success();
  }
  if (!root.getRhs().getType().getElementType().isF32())
    return failure();
  SmallVector<int64_t> most;
  if (auto max = emitter.source->getAttrOfType<DenseI64ArrayAttr>("graph.max"))
    most.assign(max.asArrayRef().begin(), max.asArrayRef().end());
  if (!depth && most.empty())
    return failure();
  int64_t mostDepth = std::max<int64_t>(1, graph::evaluate(shape.depth, most));
  int64_t panel = columns ? matmulPanelColumns(*columns) : 2 * kLanes;
  if (mostDepth * panel * (int64_t)sizeof(float) > kMostPanelBytes)
    return failure();
  MatmulEmitter(emitter, root, shape, panel).emitPackedHere(mostDepth);
  return success();
}

std::string matmulTileText(graph::MatmulOp root, const Layout &rhs, const Machine &machine) {
  if (!hasKernel(root) ||
      (rhs.packing.empty() && !root.getRhs().getType().getElementType().isF32()))
    return "";
  MatmulShape shape = matmulShape(root);
  auto packed = parsePacking(rhs.packing);
  auto columns = graph::constantOf(shape.columns);
  int64_t panel = packed ? packed->panel : columns ? matmulPanelColumns(*columns) : 2 * kLanes;
  RegisterTile tile = matmulTile(machine, panel, graph::constantOf(shape.rows), termsOf(root));
  return std::to_string(tile.rows) + "x" + std::to_string(tile.vectors * kLanes) +
         (packed && packed->bits ? " expanded" : "");
}

std::string matmulPacking(graph::MatmulOp root, graph::ConstantOp weight) {
  RankedTensorType type = root.getRhs().getType();
  if (!type.hasStaticShape() || !hasKernel(root) || type.getNumElements() == 0)
    return "";
  Packing packing;
  packing.kind = packingKind(root);
  packing.transposed = root.getTransposeRhs();
  packing.panel =
      matmulPanelColumns(type.getShape()[type.getRank() - (packing.transposed ? 2 : 1)]);
  if (packing.kind == Packing::Kind::Panels && type.getElementType().isF32())
    packing.bits = leavesOutZeros(weight, sparseBits(type, packing),
                                  graph::constantOf(matmulShape(root).rows));
  return packingText(packing);
}

} // namespace mdc::lower
