// The pieces that matmul and convolution share: sums held in registers, and loops over tiles with a
// smaller last one.
#pragma once

#include "compiler/lower/RegionEmitter.h"
#include "compiler/lower/TileTable.h"

namespace mdc::lower {

// One vector of kLanes sums for each row and vector of a tile, rows outermost.
using Sums = llvm::SmallVector<mlir::Value>;

// f32 for floats, i32 else.
Sums zeroSums(RegionEmitter &emitter, RegisterTile tile, Terms terms = Terms::Floats);

// sums[row][v] += element(row) * vector(v); `element` yields f32, `vector` kLanes of them.
Sums multiplyAdd(RegionEmitter &emitter, RegisterTile tile, mlir::ValueRange sums,
                 llvm::function_ref<mlir::Value(int64_t row)> element,
                 llvm::function_ref<mlir::Value(int64_t v)> vector);

// The same for bytes: `group` yields four unsigned ones as i32, `weights` 4 * kLanes signed ones.
Sums dotAdd(RegionEmitter &emitter, RegisterTile tile, mlir::ValueRange sums,
            llvm::function_ref<mlir::Value(int64_t row)> group,
            llvm::function_ref<mlir::Value(int64_t v)> weights);

// The same for `groups` groups, 1 or 2, whose sums 16 bits hold (dotShort).
Sums shortAdd(RegionEmitter &emitter, RegisterTile tile, mlir::ValueRange sums, int64_t groups,
              llvm::function_ref<mlir::Value(int64_t row, int64_t group)> element,
              llvm::function_ref<mlir::Value(int64_t v, int64_t group)> weights);

// The same for bytes that are 16-bit numbers: `pair` yields two as i32, `weights` 2 * kLanes of
// them.
Sums pairAdd(RegionEmitter &emitter, RegisterTile tile, mlir::ValueRange sums,
             llvm::function_ref<mlir::Value(int64_t row)> pair,
             llvm::function_ref<mlir::Value(int64_t v)> weights);

// Adds up rounds [0, rounds) in order: step(round, offset, sums) adds round + offset. Every element
// has exactly one sum, so the result does not depend on unrolling, threads or the instruction set.
using SumStep = llvm::function_ref<Sums(mlir::Value round, int64_t offset, mlir::ValueRange sums)>;
Sums sumOver(RegionEmitter &emitter, mlir::Value rounds, std::optional<int64_t> fixedRounds,
             Sums start, SumStep step);

// The same, `atOnce` rounds in a step: step(round, offset, count, sums) adds `count` rounds, of
// which the last may have fewer.
using SumSteps = llvm::function_ref<Sums(mlir::Value round, int64_t offset, int64_t count,
                                         mlir::ValueRange sums)>;
Sums sumOver(RegionEmitter &emitter, int64_t rounds, int64_t atOnce, Sums start, SumSteps step);

// An axis cut into tiles of `tile`; the last one is smaller when the extent is no multiple.
struct TiledAxis {
  int64_t extent = 1;
  int64_t tile = 1;

  int64_t whole() const { return extent / tile; }
  int64_t rest() const { return extent % tile; }
  int64_t tiles() const { return whole() + (rest() != 0); }

  // Null, or an extent that is known when the kernel runs; `extent` then says nothing.
  mlir::AffineExpr open = {};
  mlir::AffineExpr tileCount(mlir::MLIRContext *context) const {
    return open ? open.ceilDiv(tile) : mlir::getAffineConstantExpr(tiles(), context);
  }
};

TiledAxis tiledAxis(mlir::AffineExpr extent, int64_t tile);

// body(first, size) for each of the tiles [low, high) of the axis. Of an open axis the last tile
// begins early enough to be a whole one, so what it shares with the one before is computed twice;
// an axis shorter than a tile is computed in smaller ones.
void forTiles(RegionEmitter &emitter, TiledAxis axis, mlir::Value low, mlir::Value high,
              llvm::function_ref<void(mlir::Value first, int64_t size)> body);

// f32 at element `base + offset` of flat memory.
mlir::Value loadElement(RegionEmitter &emitter, mlir::Value flat, mlir::Value base, int64_t offset);
// kLanes of them.
mlir::Value loadLanes(RegionEmitter &emitter, mlir::Value flat, mlir::Value base, int64_t offset);

// The same as f32; bytes in memory are signed integers.
mlir::Value loadFloats(RegionEmitter &emitter, mlir::Value flat, mlir::Value base, int64_t offset);

// Whether every result of the region has the root's shape, so that it can be stored from the root's
// tile.
bool resultsFollow(RegionEmitter &emitter, mlir::Value root);
// Stores all results of the region at an index, the root's value being `value`.
void storeResults(RegionEmitter &emitter, mlir::Value root, mlir::Value value,
                  const Indices &indices, mlir::Value mask);

} // namespace mdc::lower
