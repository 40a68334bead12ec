// Emits the loops of one convolution by tiles of pixels and vectors of output channels.
#pragma once

#include "compiler/lower/Packing.h"
#include "compiler/lower/kernels/ConvMemory.h"
#include "compiler/lower/kernels/DepthBlocks.h"

namespace mdc::lower {

// The pixels can be joined to one row when neither a window nor a border keeps the rows apart.
bool joinable(const ConvShape &shape, const Layout &layout);

// The tile of a convolution, and what its sums are made of on a machine.
struct ConvTiling {
  Terms terms;
  PixelTile tile;
};
ConvTiling convTiling(const Machine &machine, const ConvShape &shape, int64_t panelChannels,
                      bool joined);

class ConvEmitter {
public:
  ConvEmitter(RegionEmitter &emitter, graph::ConvOp root, const ConvShape &shape,
              const Packing &packing);

  void emit();

private:
  void dealPixelsFirst();

  // A tile of output pixels.
  struct Place {
    mlir::Value batch, panel; // numbers
    mlir::Value row, column;  // first pixel
    int64_t height, width;
    mlir::Value tileOfItem; // number; null: of an open extent
  };
  // The vectors of its channels that are computed together, and what their sums read.
  struct Part {
    const Place &place;
    int64_t firstVector;
    RegisterTile tile;
    const ConvInput &input;
    mlir::Value window; // element under the first pixel's first tap, of the first block
  };

  // Finds the panel's weights: where they were packed, or expanded by this thread.
  void locatePanel(mlir::Value panel);
  // Rounds of a depth block are blocks of input channels.
  int64_t blocksOfRun() const;
  int64_t blocksIn(const DepthBlock &run) const;
  void takeWideMemory();
  void widenWeights(const DepthBlock &run);
  ConvInput widened(const Place &place, mlir::Value inBlock, const DepthBlock &run);
  mlir::Value startedSums(mlir::Value panel);
  llvm::SmallVector<mlir::Value> starts(mlir::Value panel, int64_t firstVector, int64_t vectors);
  mlir::Value tileNumber(mlir::Value row, mlir::Value column, mlir::Value firstOfItem);
  void fetchAhead(const Place &place, mlir::Value block, const DepthBlock &run);
  mlir::Value pixelNumber(const Place &place, int64_t pixel);
  void emitTile(const Place &place, mlir::Value inBlock, const DepthBlock &run);
  void emitPart(const Part &part, const DepthBlock &run);
  Sums sumOfRun(const Part &part, const DepthBlock &run, Sums sums);
  Sums addBlock(const Part &part, mlir::Value window, mlir::Value weights, int64_t channels,
                Sums sums);
  Sums addRun(const Part &part, mlir::Value window, mlir::Value weights, int64_t count, Sums sums);
  Sums addSteps(const Part &part, mlir::Value window, mlir::Value line, int64_t count,
                mlir::ValueRange sums);

  // One step of the sums: channels (or neighbouring taps), elements of the input and weights.
  int64_t stepChannels() const { return terms == Terms::Pairs ? 2 : shape.group(); }
  int64_t stepInput() const { return terms == Terms::Pairs ? 1 : shape.group(); }
  int64_t stepWeights() const {
    return terms == Terms::Pairs ? kLanes : shape.group() * panelChannels;
  }
  // Steps for one tap of a block of input channels, for a row of its taps, and for all of them.
  int64_t tapSteps() const { return input.block / stepChannels(); }
  int64_t rowSteps() const { return shape.paddedWidth() * input.block / stepChannels(); }
  int64_t blockSteps() const { return shape.kernel[0] * rowSteps(); }
  // Packed weights of a panel for one block of input channels.
  int64_t blockElements() const {
    return shape.kernel[0] * shape.paddedWidth() * input.block * panelChannels;
  }
  int64_t wholeBlocks() const { return shape.inChannels / shape.groups / input.block; }
  int64_t restChannels() const { return shape.inChannels / shape.groups % input.block; }
  // Steps of a strip of pairs.
  int64_t stripSteps() const { return (blocksOfRun() + (restChannels() != 0)) * blockSteps(); }
  int64_t items() const { return panels.tiles() * groupsOfTiles; }

  RegionEmitter &e;
  graph::ConvOp root;
  ConvShape shape;
  Packing packing;
  ConvInput input;
  ConvOutput output;
  mlir::Value weight, firstWeight;    // flat memory, and where the panel begins in it
  mlir::Value wideWeights, wideInput; // pairs on the thread's stack
  bool joined;                        // all pixels are one long row
  int64_t panelChannels;
  TiledAxis panels, rows, columns;
  Terms terms;
  int64_t shortGroups; // steps at once, of short sums; 0: of none
  PixelTile tile;
  int64_t blocksOfGroup;     // of input channels
  int64_t groupsOfTiles = 1; // parts that the rows (columns when joined) are dealt out in
  bool pixelsFirst = false;  // a part is dealt out with all panels before the next
  mlir::AffineExpr batchCount;
};

} // namespace mdc::lower
