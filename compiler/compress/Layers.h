// The layers that compression works on: convolutions and products with constant float weights.
#pragma once

#include "compiler/compress/Names.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mdc::compress {

/// One graph.conv, or one graph.matmul whose right operand is a matrix. The weight is a constant of
/// f32 elements. Seen as a matrix it has a row for each output channel; a row's positions are the
/// depth: [in channels of a group, kernel...] in row-major order for a convolution.
struct Layer {
  mlir::Operation *op = nullptr;
  mlir::Value input;
  mlir::Value weight;
  std::string name; ///< of the ONNX node; empty where the graph names none
  int64_t outChannels = 0;
  int64_t depth = 0;       ///< weights of one output channel
  int64_t groups = 1;      ///< of a convolution; equal to outChannels where it is depthwise
  int64_t outputCount = 0; ///< elements of the result, open dimensions at their largest
  int64_t channelStride = 0, depthStride = 0; ///< from element to element of the weight

  bool isConv() const;
  bool isDepthwise() const { return isConv() && groups == outChannels && groups > 1; }
  int64_t multiplyAdds() const { return outputCount * depth; }
  int64_t weightCount() const { return outChannels * depth; }
  /// Where the weight's element lies in row-major order.
  int64_t weightIndex(int64_t channel, int64_t position) const {
    return channel * channelStride + position * depthStride;
  }
};

/// The weight as [output channel][depth], whatever the order of its own axes.
std::vector<float> rowsOf(const Layer &layer, llvm::ArrayRef<float> weights);

/// All layers of a function in program order.
std::vector<Layer> layersOf(mlir::func::FuncOp function);

/// Channels of its input, those of all groups.
int64_t inputCountOf(const Layer &layer);

/// Number of elements of a value of `function`, open dimensions at their largest.
int64_t elementCountOf(mlir::Value value, mlir::func::FuncOp function);

/// What compression did to a layer, for reports: the attribute `graph.compression` of its op, a
/// dictionary of `precision`, `sparsity`, `weight_bytes_before`, `sqnr_db` and `note`.
void setFact(mlir::Operation *op, llvm::StringRef key, mlir::Attribute value);
void setFact(mlir::Operation *op, llvm::StringRef key, llvm::StringRef value);
void setFact(mlir::Operation *op, llvm::StringRef key, double value);
void setFact(mlir::Operation *op, llvm::StringRef key, int64_t value);

inline constexpr llvm::StringLiteral kFactsAttr = "graph.compression";

} // namespace mdc::compress
