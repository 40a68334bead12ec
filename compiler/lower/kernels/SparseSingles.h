// Products with single weights where most are zero: matmul and convolution. The lanes are positions
// (rows of a matmul, pixels of a convolution), so no weight is skipped or kept for its neighbours'
// sake. A tile of positions is turned, [input][position], some inputs at a time, so that it stays
// in the first-level cache; the sums, [output][position], wait in the second.
#pragma once

#include "compiler/lower/SparsePacking.h"
#include "compiler/lower/kernels/SparseEntries.h"

namespace mdc::lower {

struct SinglesForm {
  int64_t outputs = 1; // columns or channels
  int64_t inputs = 1;  // depth positions or channels
  int64_t run = 1;     // of them turned at once
  int64_t inputFloats = kLanes;
  int64_t positions = kLanes; // of a tile, a multiple of kLanes
  int64_t offsetFloats = 1;   // that an entry's offset counts
};

// Vectors of positions for tiles that compute the least, the larger ones among equals.
int64_t singlesVectors(int64_t positions, int64_t mostVectors);

class SparseSingles {
public:
  // `weight`: packed with lists for each run.
  SparseSingles(RegionEmitter &emitter, mlir::Value weight, const SinglesForm &form);
  virtual ~SparseSingles() = default;

  // `multiplyAdds`: of one output at one position, zeros included.
  void emit(mlir::AffineExpr tiles, double multiplyAdds);

protected:
  // Called in this order in the body that computes a tile.
  virtual void begin(mlir::Value tile) = 0;
  virtual mlir::Value start(mlir::Value output) = 0; // what the sums start at, in all lanes
  virtual void turn(mlir::Value run) = 0;            // fills `turned`
  virtual void store(mlir::Value panel) = 0;         // of 16 outputs, from `square`

  RegionEmitter &e;
  SinglesForm form;
  // On the thread's stack: [input][inputFloats], and [position][16] sums of a panel.
  mlir::Value turned, square;

private:
  mlir::Value sumsOf(mlir::Value output);
  void forOutputs(llvm::function_ref<void(mlir::Value output)> body);
  void startSums();
  void addRun(mlir::Value run);
  void turnSums(mlir::Value panel);

  int64_t panels;
  SparseEntries entries;
  mlir::Value sums, firstPanel, endPanel;
};

} // namespace mdc::lower
