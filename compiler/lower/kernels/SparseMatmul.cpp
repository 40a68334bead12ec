#include "compiler/lower/kernels/SparseMatmul.h"

#include "compiler/lower/SparseCost.h"
#include "compiler/lower/SparsePacking.h"
#include "compiler/lower/kernels/MatmulShape.h"
#include "compiler/lower/kernels/SparseEntries.h"
#include "compiler/lower/kernels/Transpose.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mdc::lower {

namespace {

class SparseMatmulEmitter {
public:
  SparseMatmulEmitter(RegionEmitter &emitter, graph::MatmulOp root, const SparsePacking &packing);

  void emit();

private:
  Value stack(int64_t elements);
  Value rowNumber(Value rowTile, Value row);
  // Brings the tile's rows to `turned`: [depth][lineRows], the last row repeated.
  void turnRows(Value rowTile);
  void turnSquare(Value firstDepth, ArrayRef<Value> rowOffsets, Value firstRow);
  void emitPanels(Value rowTile, Value low, Value high);
  Sums addRows(Value offset, Value weights, ValueRange sums);
  void emitColumnwise(Value rowTile, Value low, Value high);
  Sums addVectors(Value offset, Value weight, ValueRange sums);
  void storeRow(Value row, Value firstColumn, Value sums);

  RegionEmitter &e;
  graph::MatmulOp root;
  MatmulShape shape;
  SparsePacking packing;
  SparseRows tile;
  int64_t depth, columns, panels;
  SparseEntries entries;
  Value lhs, lastRow, turned;
};

} // namespace

SparseMatmulEmitter::SparseMatmulEmitter(RegionEmitter &emitter, graph::MatmulOp root,
                                         const SparsePacking &packing)
    : e(emitter), root(root), shape(matmulShape(root)), packing(packing),
      tile(sparseRows(emitter.machine, packing.width, *graph::constantOf(shape.depth),
                      graph::constantOf(shape.rows))),
      depth(*graph::constantOf(shape.depth)), columns(*graph::constantOf(shape.columns)),
      panels((columns + kLanes - 1) / kLanes),
      entries(emitter, emitter.argumentOperand(root.getRhs()), sparseLists(columns, packing.width),
              packing.width) {
  lhs = e.buffer(e.argumentOperand(root.getLhs()), e.builder.getF32Type());
  lastRow = e.addConstant(e.extent(shape.rows), -1);
}

Value SparseMatmulEmitter::stack(int64_t elements) {
  auto memory = MemRefType::get({elements}, e.builder.getF32Type());
  return memref::AllocaOp::create(e.builder, e.loc(), memory, e.builder.getI64IntegerAttr(64));
}

void SparseMatmulEmitter::emit() {
  // Where the rows make few items, the panels have to feed the threads; each item turns its rows.
  AffineExpr rowTiles = shape.rows.ceilDiv(tile.rows);
  int64_t most = graph::constantOf(rowTiles).value_or(1);
  int64_t groups = std::min<int64_t>(panels, most >= 8 ? 1 : most >= 4 ? 2 : 4);
  int64_t panelsOfGroup = (panels + groups - 1) / groups;
  groups = (panels + panelsOfGroup - 1) / panelsOfGroup;
  SmallVector<Value> counts = {e.extent(rowTiles), e.index(groups)};
  double work = double(tile.rows) * panelsOfGroup * depth / 8;
  e.parallel(e.extent(rowTiles * groups), work, [&](Value item) {
    SmallVector<Value> parts = e.unflatten(item, counts);
    turned = stack(depth * tile.lineRows());
    entries.locate();
    turnRows(parts[0]);
    Value low = e.mulConstant(parts[1], panelsOfGroup);
    Value high = e.minimum(e.addConstant(low, panelsOfGroup), e.index(panels));
    if (packing.width == 1)
      emitColumnwise(parts[0], low, high);
    else
      emitPanels(parts[0], low, high);
  });
}

Value SparseMatmulEmitter::rowNumber(Value rowTile, Value row) {
  return e.minimum(e.add(e.mulConstant(rowTile, tile.rows), row), lastRow);
}

void SparseMatmulEmitter::turnRows(Value rowTile) {
  e.loop(e.index(0), e.index(tile.lineRows()), kLanes, [&](Value firstRow) {
    SmallVector<Value> rowOffsets;
    for (int64_t row = 0; row < kLanes; ++row)
      rowOffsets.push_back(e.mulConstant(rowNumber(rowTile, e.addConstant(firstRow, row)), depth));
    if (depth < kLanes)
      return e.loop(e.index(0), e.index(depth), 1, [&](Value k) {
        Value line = e.add(e.mulConstant(k, tile.lineRows()), firstRow);
        for (auto [row, offset] : llvm::enumerate(rowOffsets)) {
          Value element = loadElement(e, lhs, e.add(offset, k), 0);
          memref::StoreOp::create(e.builder, e.loc(), element, turned,
                                  ValueRange{e.addConstant(line, row)});
        }
      });
    e.loop(e.index(0), e.index(depth / kLanes * kLanes), kLanes,
           [&](Value k) { turnSquare(k, rowOffsets, firstRow); });
    if (depth % kLanes != 0) // the last square overlaps the one before
      turnSquare(e.index(depth - kLanes), rowOffsets, firstRow);
  });
}

void SparseMatmulEmitter::turnSquare(Value firstDepth, ArrayRef<Value> rowOffsets, Value firstRow) {
  SmallVector<Value> square;
  for (Value offset : rowOffsets)
    square.push_back(loadLanes(e, lhs, e.add(offset, firstDepth), 0));
  Value first = e.add(e.mulConstant(firstDepth, tile.lineRows()), firstRow);
  for (auto [k, vector] : llvm::enumerate(transposeLanes(e, square)))
    vector::StoreOp::create(e.builder, e.loc(), vector, turned,
                            ValueRange{e.addConstant(first, k * tile.lineRows())});
}

void SparseMatmulEmitter::emitPanels(Value rowTile, Value low, Value high) {
  e.loop(low, high, 1, [&](Value panel) {
    Sums sums = entries.sumOver(panel, zeroSums(e, {tile.rows, 1}),
                                [&](Value offset, Value weights, ValueRange carried) {
                                  return addRows(offset, weights, carried);
                                });
    for (int64_t row = 0; row < tile.rows; ++row)
      storeRow(rowNumber(rowTile, e.index(row)), e.mulConstant(panel, kLanes), sums[row]);
  });
}

Sums SparseMatmulEmitter::addRows(Value offset, Value weights, ValueRange sums) {
  Value line = e.mulConstant(offset, tile.lineRows());
  return multiplyAdd(
      e, {tile.rows, 1}, sums, [&](int64_t row) { return loadElement(e, turned, line, row); },
      [&](int64_t) { return weights; });
}

// Sums of 16 columns lie [column][row] until they are turned back.
void SparseMatmulEmitter::emitColumnwise(Value rowTile, Value low, Value high) {
  int64_t line = tile.lineRows();
  Value square = stack(kLanes * line);
  e.loop(low, high, 1, [&](Value panel) {
    Value firstColumn = e.mulConstant(panel, kLanes);
    e.loop(e.index(0), e.index(kLanes), 1, [&](Value column) {
      Sums sums = entries.sumOverTwo(e.add(firstColumn, column), zeroSums(e, {1, line / kLanes}),
                                     [&](Value offset, Value weight, ValueRange carried) {
                                       return addVectors(offset, weight, carried);
                                     });
      Value at = e.mulConstant(column, line);
      for (auto [number, sum] : llvm::enumerate(sums))
        vector::StoreOp::create(e.builder, e.loc(), sum, square,
                                ValueRange{e.addConstant(at, number * kLanes)});
    });
    e.loop(e.index(0), e.index(line), kLanes, [&](Value firstRow) {
      SmallVector<Value> columnsOfSquare;
      for (int64_t column = 0; column < kLanes; ++column)
        columnsOfSquare.push_back(loadLanes(e, square, firstRow, column * line));
      for (auto [row, sums] : llvm::enumerate(transposeLanes(e, columnsOfSquare)))
        storeRow(rowNumber(rowTile, e.addConstant(firstRow, row)), firstColumn, sums);
    });
  });
}

Sums SparseMatmulEmitter::addVectors(Value offset, Value weight, ValueRange sums) {
  Value line = e.mulConstant(offset, tile.lineRows());
  Sums next;
  for (auto [number, sum] : llvm::enumerate(sums)) {
    Value rows = loadLanes(e, turned, line, number * kLanes);
    next.push_back(vector::FMAOp::create(e.builder, e.loc(), weight, rows, sum));
  }
  return next;
}

void SparseMatmulEmitter::storeRow(Value row, Value firstColumn, Value sums) {
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

bool isSparse(const Layout &weight) { return parseSparsePacking(weight.packing).has_value(); }

void emitSparseMatmul(RegionEmitter &emitter, graph::MatmulOp root) {
  auto packing = parseSparsePacking(emitter.argumentLayout(root.getRhs()).packing);
  SparseMatmulEmitter(emitter, root, *packing).emit();
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
  auto width =
      sparseWidth(weight, root.getTransposeRhs(),
                  graph::largestOf(root->getParentOfType<func::FuncOp>(), matmulShape(root).rows));
  if (!width)
    return "";
  return sparsePackingText({*width, root.getTransposeRhs(), std::nullopt});
}

std::string sparseMatmulTileText(graph::MatmulOp root, const Layout &weight,
                                 const Machine &machine) {
  MatmulShape shape = matmulShape(root);
  int64_t width = parseSparsePacking(weight.packing)->width;
  SparseRows tile =
      sparseRows(machine, width, *graph::constantOf(shape.depth), graph::constantOf(shape.rows));
  return std::to_string(tile.rows) + "x" + std::to_string(width) + " sparse";
}

} // namespace mdc::lower
