// Reads the lists of a sparse weight; see compiler/lower/SparsePacking.h for the form.
#pragma once

#include "compiler/lower/kernels/MultiplyAdd.h"

namespace mdc::lower {

class SparseEntries {
public:
  // `operand`: the weight's; `lists`: how many it holds; `width`: weights of an entry;
  // `offsetBits`: 16 or 32. Values are read where the calls are made, so inside of a parallel
  // loop's body.
  SparseEntries(RegionEmitter &emitter, unsigned operand, int64_t lists, int64_t width,
                int64_t offsetBits = 32);

  // Finds the parts; call once in each body that reads entries.
  void locate();
  // Adds one entry: the offset and its weights, 16 lanes of them or one weight in all lanes.
  using Step =
      llvm::function_ref<Sums(mlir::Value offset, mlir::Value weights, mlir::ValueRange sums)>;
  // All entries of a list in order.
  Sums sumOver(mlir::Value list, const Sums &start, Step step);

private:
  mlir::Value number(mlir::Value view, mlir::Value at);
  Sums add(mlir::Value entry, mlir::ValueRange sums, Step step);

  RegionEmitter &e;
  mlir::Value words, offsets, floats; // views of the weight
  int64_t lists, width, offsetsOfWord;
  mlir::Value weightsAt;
};

} // namespace mdc::lower
