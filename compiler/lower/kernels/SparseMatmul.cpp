#include "compiler/lower/kernels/SparseMatmul.h"

#include "compiler/lower/SparseCost.h"
#include "compiler/lower/SparsePacking.h"
#include "compiler/lower/kernels/ExpandedPanel.h"
#include "compiler/lower/kernels/MatmulShape.h"
#include "compiler/lower/kernels/SparseSingles.h"
#include "compiler/lower/kernels/Transpose.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mdc::lower {

namespace {

// Rows of the left-hand side and of the results.
class MatmulRows {
public:
  MatmulRows(RegionEmitter &emitter, graph::MatmulOp root);

  // Number `row` of a tile; behind the last row, that one.
  Value numberOf(Value row) { return e.minimum(row, lastRow); }
  // Brings depth positions [low, high) of 16 rows to `turned`, [depth position - low][line], from
  // lane `lane` of a line on. `low`: a multiple of 16.
  void turn(Value firstRow, Value low, Value high, Value turned, Value lane, int64_t line);
  // 16 columns of a row.
  void store(Value row, Value firstColumn, Value sums);

  MatmulShape shape;
  int64_t depth, columns;

private:
  void turnSquares(ArrayRef<Value> rows, Value low, Value high, Value turned, Value lane,
                   int64_t line);

  RegionEmitter &e;
  graph::MatmulOp root;
  Value lhs, lastRow;
};

// Groups of 16 columns.
class SparseBlocksEmitter {
public:
  SparseBlocksEmitter(RegionEmitter &emitter, graph::MatmulOp root);

  void emit();

private:
  void emitPanels(Value rowTile, Value low, Value high);
  Sums addRows(Value offset, Value weights, ValueRange sums);

  RegionEmitter &e;
  MatmulRows rows;
  SparseRows tile;
  int64_t panels;
  SparseEntries entries;
  Value turned;
};

class MatmulSinglesEmitter : public SparseSingles {
public:
  MatmulSinglesEmitter(RegionEmitter &emitter, graph::MatmulOp root, const SinglesForm &form)
      : SparseSingles(emitter, root.getRhs(), form), rows(emitter, root) {}

private:
  void begin(Value tile) override { firstRow = e.mulConstant(tile, form.positions); }
  Value start(Value) override { return e.constant(e.builder.getF32Type(), 0, kLanes); }
  void turn(Value run) override;
  void store(Value panel) override;

  MatmulRows rows;
  Value firstRow;
};

} // namespace

MatmulRows::MatmulRows(RegionEmitter &emitter, graph::MatmulOp root)
    : shape(matmulShape(root)), depth(*graph::constantOf(shape.depth)),
      columns(*graph::constantOf(shape.columns)), e(emitter), root(root) {
  lhs = e.buffer(e.argumentOperand(root.getLhs()), e.builder.getF32Type());
  lastRow = e.addConstant(e.extent(shape.rows), -1);
}

void MatmulRows::turn(Value firstRow, Value low, Value high, Value turned, Value lane,
                      int64_t line) {
  SmallVector<Value> rows;
  for (int64_t row = 0; row < kLanes; ++row)
    rows.push_back(e.mulConstant(numberOf(e.addConstant(firstRow, row)), depth));
  Value endSquares = e.index(depth / kLanes * kLanes);
  turnSquares(rows, low, e.minimum(high, endSquares), turned, lane, line);
  if (depth % kLanes == 0)
    return;
  e.loop(e.maximum(low, endSquares), high, 1, [&](Value k) {
    Value at = e.add(e.mulConstant(e.sub(k, low), line), lane);
    for (auto [row, offset] : llvm::enumerate(rows)) {
      Value element = loadElement(e, lhs, e.add(offset, k), 0);
      memref::StoreOp::create(e.builder, e.loc(), element, turned,
                              ValueRange{e.addConstant(at, row)});
    }
  });
}

void MatmulRows::turnSquares(ArrayRef<Value> rows, Value low, Value high, Value turned, Value lane,
                             int64_t line) {
  e.loop(low, high, kLanes, [&](Value k) {
    SmallVector<Value> square;
    for (Value row : rows)
      square.push_back(loadLanes(e, lhs, e.add(row, k), 0));
    Value at = e.add(e.mulConstant(e.sub(k, low), line), lane);
    for (auto [position, vector] : llvm::enumerate(transposeLanes(e, square)))
      vector::StoreOp::create(e.builder, e.loc(), vector, turned,
                              ValueRange{e.addConstant(at, position * line)});
  });
}

void MatmulRows::store(Value row, Value firstColumn, Value sums) {
  SmallVector<Value> extents;
  for (AffineExpr extent : shape.rowAxes)
    extents.push_back(e.extent(extent));
  Indices indices;
  for (Value coordinate : e.unflatten(row, extents))
    indices.push_back({coordinate, 0});
  indices.push_back({firstColumn, 1});
  Value mask;
  if (columns % kLanes != 0)
    mask = e.laneMask(e.sub(e.index(columns), firstColumn), kLanes);
  storeResults(e, root.getResult(), sums, indices, mask);
}

SparseBlocksEmitter::SparseBlocksEmitter(RegionEmitter &emitter, graph::MatmulOp root)
    : e(emitter), rows(emitter, root),
      tile(sparseRows(emitter.machine, rows.depth, graph::constantOf(rows.shape.rows))),
      panels(llvm::divideCeil(rows.columns, kLanes)),
      entries(emitter, emitter.argumentOperand(root.getRhs()), sparseLists(rows.columns, kLanes),
              kLanes) {}

void SparseBlocksEmitter::emit() {
  // Where the rows make few items, the panels have to feed the threads; each item turns its rows.
  AffineExpr rowTiles = rows.shape.rows.ceilDiv(tile.rows);
  int64_t most = graph::constantOf(rowTiles).value_or(1);
  int64_t groups = std::min<int64_t>(panels, most >= 8 ? 1 : most >= 4 ? 2 : 4);
  int64_t panelsOfGroup = llvm::divideCeil(panels, groups);
  groups = llvm::divideCeil(panels, panelsOfGroup);
  SmallVector<Value> counts = {e.extent(rowTiles), e.index(groups)};
  double work = double(tile.rows) * panelsOfGroup * rows.depth / 8;
  e.parallel(e.extent(rowTiles * groups), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    Value firstRow = e.mulConstant(parts[0], tile.rows);
    turned = stackPanel(e, rows.depth * tile.lineRows());
    entries.locate();
    e.loop(e.index(0), e.index(tile.lineRows()), kLanes, [&](Value lane) {
      rows.turn(e.add(firstRow, lane), e.index(0), e.index(rows.depth), turned, lane,
                tile.lineRows());
    });
    Value low = e.mulConstant(parts[1], panelsOfGroup);
    Value high = e.minimum(e.addConstant(low, panelsOfGroup), e.index(panels));
    emitPanels(firstRow, low, high);
  });
}

void SparseBlocksEmitter::emitPanels(Value firstRow, Value low, Value high) {
  e.loop(low, high, 1, [&](Value panel) {
    Sums sums = entries.sumOver(panel, zeroSums(e, {tile.rows, 1}),
                                [&](Value offset, Value weights, ValueRange carried) {
                                  return addRows(offset, weights, carried);
                                });
    for (int64_t row = 0; row < tile.rows; ++row)
      rows.store(rows.numberOf(e.addConstant(firstRow, row)), e.mulConstant(panel, kLanes),
                 sums[row]);
  });
}

Sums SparseBlocksEmitter::addRows(Value offset, Value weights, ValueRange sums) {
  Value line = e.mulConstant(offset, tile.lineRows());
  return multiplyAdd(
      e, {tile.rows, 1}, sums, [&](int64_t row) { return loadElement(e, turned, line, row); },
      [&](int64_t) { return weights; });
}

void MatmulSinglesEmitter::turn(Value run) {
  Value low = e.mulConstant(run, form.run);
  Value high = e.minimum(e.addConstant(low, form.run), e.index(form.inputs));
  e.loop(e.index(0), e.index(form.positions), kLanes, [&](Value lane) {
    rows.turn(e.add(firstRow, lane), low, high, turned, lane, form.positions);
  });
}

void MatmulSinglesEmitter::store(Value panel) {
  Value end = e.minimum(e.addConstant(firstRow, form.positions), e.extent(rows.shape.rows));
  e.loop(firstRow, end, 1, [&](Value row) {
    Value sums = loadLanes(e, square, e.mulConstant(e.sub(row, firstRow), kLanes), 0);
    rows.store(row, e.mulConstant(panel, kLanes), sums);
  });
}

bool isSparse(const Layout &weight) { return parseSparsePacking(weight.packing).has_value(); }

// Of a request; where the count is open, half of the most: long requests take most of the time.
static int64_t meanRows(graph::MatmulOp root) {
  AffineExpr rows = matmulShape(root).rows;
  if (auto known = graph::constantOf(rows))
    return *known;
  return std::max<int64_t>(1, graph::largestOf(root->getParentOfType<func::FuncOp>(), rows) / 2);
}

// Rows of a tile of single weights.
static int64_t singlesRows(graph::MatmulOp root) {
  constexpr int64_t mostVectors = 4;
  return kLanes * singlesVectors(meanRows(root), mostVectors);
}

void emitSparseMatmul(RegionEmitter &emitter, graph::MatmulOp root) {
  if (parseSparsePacking(emitter.argumentLayout(root.getRhs()).packing)->width != 1)
    return SparseBlocksEmitter(emitter, root).emit();
  MatmulShape shape = matmulShape(root);
  int64_t depth = *graph::constantOf(shape.depth), rows = singlesRows(root);
  SinglesForm form{*graph::constantOf(shape.columns), depth, kRunDepth, rows, rows, rows};
  MatmulSinglesEmitter(emitter, root, form).emit(shape.rows.ceilDiv(rows), double(depth));
}

// The kernel reads whole rows of one matrix, and its epilogue writes row-major results of the
// product's shape.
static bool kernelApplies(graph::MatmulOp root) {
  RankedTensorType lhs = root.getLhs().getType(), rhs = root.getRhs().getType();
  MatmulShape shape = matmulShape(root);
  if (!isa<BlockArgument>(root.getLhs()) || !isa<BlockArgument>(root.getRhs()) ||
      !lhs.getElementType().isF32() || !rhs.getElementType().isF32() || rhs.getRank() != 2 ||
      root.getTransposeLhs() || !shape.batch.empty() || graph::constantOf(shape.rows) == 0)
    return false;
  auto fused = dyn_cast<graph::FusedOp>(root->getParentOp());
  return fused && llvm::all_of(fused.getResults(), [&](Value result) {
           return graph::extentsOf(cast<RankedTensorType>(result.getType())) ==
                  graph::extentsOf(root.getType());
         });
}

std::string sparseMatmulPacking(graph::MatmulOp root, graph::ConstantOp weight) {
  if (!kernelApplies(root))
    return "";
  MatmulShape shape = matmulShape(root);
  int64_t depth = *graph::constantOf(shape.depth), positions = singlesRows(root);
  SinglesWork work;
  work.rows = meanRows(root);
  work.positions = positions;
  work.tiles = llvm::divideCeil(work.rows, positions);
  work.runs = llvm::divideCeil(depth, kRunDepth);
  work.turnedFloats = depth * positions;
  auto width = sparseWidth(weight, root.getTransposeRhs(), work);
  if (!width)
    return "";
  SparsePacking packing;
  packing.width = *width;
  packing.transposed = root.getTransposeRhs();
  return sparsePackingText(packing);
}

std::string sparseMatmulTileText(graph::MatmulOp root, const Layout &weight,
                                 const Machine &machine) {
  MatmulShape shape = matmulShape(root);
  int64_t width = parseSparsePacking(weight.packing)->width;
  int64_t rows = width == 1 ? singlesRows(root)
                            : sparseRows(machine, *graph::constantOf(shape.depth),
                                         graph::constantOf(shape.rows))
                                  .rows;
  return std::to_string(rows) + "x" + std::to_string(width) + " sparse";
}

} // namespace mdc::lower
