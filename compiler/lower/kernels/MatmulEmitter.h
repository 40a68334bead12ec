// Emits the loops of one matmul whose right-hand side lies, or is brought, in panels.
#pragma once

#include "compiler/lower/Packing.h"
#include "compiler/lower/kernels/DepthBlocks.h"
#include "compiler/lower/kernels/IntegerDot.h"
#include "compiler/lower/kernels/MatmulShape.h"
#include "compiler/lower/kernels/MultiplyAdd.h"

namespace mdc::lower {

// What a matmul's sums are made of on a machine, if its rows are not few.
Terms matmulTerms(graph::MatmulOp root, const MatmulShape &shape, const Machine &machine);

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
    llvm::SmallVector<mlir::Value> batch; // coordinates of the result's outer axes
    mlir::Value lhs;                      // first element of the batch entry
    mlir::Value rhsMatrix;                // number of the batch entry's matrix
    mlir::Value packed;                   // where the panel begins in the right-hand side
    mlir::Value panels;                   // flat memory that holds it as it is multiplied,
    mlir::Value panel;                    // from here on
    mlir::Value firstColumn;
    mlir::Value columnsLeft; // columns of the panel that are stored; null: all
  };

  Place placeOf(mlir::Value batchNumber);
  TiledAxis panelAxis() { return {*graph::constantOf(shape.columns), panelColumns}; }
  using PanelBody = llvm::function_ref<void(const Place &place, int64_t vectors)>;
  void forPanels(Place place, mlir::Value first, mlir::Value end, PanelBody body);
  DepthBlock wholeDepth() { return {e.index(0), rounds, graph::constantOf(roundCount)}; }
  // A tile of an item's rows.
  struct RowTile {
    RegisterTile held;
    mlir::Value first;          // row
    mlir::Value ofItem = {};    // null: no panel follows
    mlir::Value sumsBegin = {}; // partial ones, a line of the panel's columns for each row
  };
  // The left-hand side's rows of a tile.
  struct LeftRows {
    llvm::SmallVector<mlir::Value> numbers; // of all
    mlir::Value memory;                     // flat
    llvm::SmallVector<mlir::Value> begins;  // elements of it
  };
  // Lines of memory that a tile fetches ahead, some every roundsAhead() rounds.
  struct LinesAhead {
    mlir::Value first; // element; null: none
    int64_t perStep = 0;
  };
  LinesAhead linesAhead(const Place &place, const RowTile &rowTile, const DepthBlock &block);
  void fetch(const LinesAhead &lines, mlir::Value round);

  void forEachPanel(PanelBody body);
  using Body = llvm::function_ref<void()>;
  void whereFewRows(int64_t few, Body ifFew, Body otherwise);
  void emitItem(const Place &place, mlir::Value rowBlock, mlir::Value panel);
  mlir::Value zeroedSums();
  void emitAllRows(const Place &place, int64_t vectors);
  void emitRowTile(const Place &place, const RowTile &rowTile, int64_t vectors,
                   const DepthBlock &block);
  void emitColumns(const Place &place, const RowTile &rowTile, const LeftRows &rows,
                   int64_t firstVector, RegisterTile part, const DepthBlock &block);
  Sums addRounds(const Place &place, const LeftRows &rows, int64_t firstVector, RegisterTile part,
                 mlir::Value round, int64_t count, mlir::ValueRange sums);
  int64_t roundsAhead() const;
  Place widened(Place place, int64_t vectors, const DepthBlock &block);
  // body(held, number) for row tiles [first, end), the last of which may have fewer rows.
  void forRowTiles(mlir::Value first, mlir::Value end,
                   llvm::function_ref<void(RegisterTile held, mlir::Value number)> body);
  LeftRows leftRows(const Place &place, const RowTile &rowTile, const DepthBlock &block);
  llvm::SmallVector<mlir::Value> rowNumbers(const RowTile &rowTile);
  void storeTile(const Place &place, mlir::ArrayRef<mlir::Value> rows, int64_t firstVector,
                 RegisterTile part, const Sums &sums);
  void columnsOf(const Place &place, int64_t vector, mlir::Value &first, mlir::Value &mask);
  void useTerms(Terms wanted);
  void useTile(RegisterTile wanted);
  RegisterTile singleRow();
  void planBlocks();
  // Rounds of a strip of pairs.
  int64_t stripRounds() const {
    return std::min(blocks.depthRounds, *graph::constantOf(roundCount));
  }
  // Elements of the packed panels in a line of the cache.
  int64_t cacheLine() const { return terms == Terms::Floats ? 16 : 64; }
  // A vector operation does 16 multiply-adds of floats, or 64 of bytes, at half the rate of simple
  // loops.
  double multiplyAddsPerWork() const { return terms == Terms::Floats ? 8 : 8 * kGroupBytes; }

  RegionEmitter &e;
  graph::MatmulOp root;
  MatmulShape shape;
  int64_t panelColumns;
  int64_t shortGroups = 0; // rounds at once, of short sums; 0: of none
  Terms terms;
  int64_t termElements; // of a row and of a column that one round of the sums takes
  mlir::AffineExpr roundCount;
  RegisterTile tile;
  MatmulBlocks blocks;
  mlir::Value lhs, rhs, depth, columns, rounds, rowTiles;
  mlir::Value widePanel, wideRows; // pairs on the thread's stack
};

} // namespace mdc::lower
