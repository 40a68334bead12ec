// Which values of a graph lie in memory as bytes, and by which scales.
#pragma once

#include "compiler/compress/KernelResults.h"
#include "compiler/compress/Layers.h"
#include "compiler/compress/ValueRanges.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace mdc::compress {

/// Whether the op's result holds elements of its float operands and zeros, none of them computed.
bool carriesBytes(mlir::Operation *op);

/// A value is a byte where a layer of bytes reads it, or where all that is made of it ends in
/// bytes; never where the result of the function, a product of floats or a float island (softmax,
/// norm) is all that it is for. Moves carry the bytes of their operand. Parts of a concat share one
/// scale where that costs each of them less than one bit; otherwise the concat rounds again. A
/// value has a scale for each channel where the layers that read it are depthwise convolutions.
class ByteValues {
public:
  /// `layers` are those that read bytes, of `bits` bits; the ranges of their inputs are known.
  ByteValues(mlir::func::FuncOp function, llvm::ArrayRef<Layer> layers, int bits);

  /// The values to quantize, in program order.
  const llvm::MapVector<mlir::Value, ByteParameters> &quantized() const { return quantized_; }
  /// The scale and zero point of a value that lies in memory as bytes, quantized or carried.
  ByteParameters parametersAt(mlir::Value value) const;
  /// Whether this use reads the bytes of a quantized value.
  bool readsBytes(mlir::OpOperand &use) const;

private:
  bool isWanted(mlir::Value value) const;
  bool isNeeded(mlir::Value value) const;
  bool leadsToBytes(mlir::OpOperand &use) const;
  void shareScales(mlir::Operation *op);
  void chooseScales(mlir::func::FuncOp function);

  /// Values of one scale; those that are merged into another point to it.
  struct Scale {
    Range range;
    double smallestWidth = 0; ///< of the values that share it
    int64_t mergedInto = -1;
  };
  int64_t scaleOf(mlir::Value value) const;
  std::vector<float> channelMaximaOf(mlir::Value value) const;
  void newScale(mlir::Value value, const Range &range);
  void merge(int64_t from, int64_t into);

  KernelResults kernels_;
  int bits_;
  llvm::DenseSet<mlir::Operation *> layers_;
  llvm::DenseSet<mlir::Value> bytes_; ///< quantized, or carried by moves
  std::vector<Scale> scales_;
  llvm::DenseMap<mlir::Value, int64_t> scaleIndex_;
  llvm::MapVector<mlir::Value, ByteParameters> quantized_;
};

} // namespace mdc::compress
