// Which layers get weights of bytes, and how they take them.
#pragma once

#include "compiler/compress/Layers.h"
#include "compiler/compress/QuantizedWeights.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>
#include <vector>

namespace mdc::compress {

struct ByteLayer {
  Layer layer;
  QuantizedWeight weight;
};

/// Why a layer cannot be taken; empty where it can.
using ReasonForFloat = llvm::function_ref<std::string(const Layer &)>;

/// All layers of the function but those that a pattern of `exclude` names, that `reason` speaks
/// against or whose weights are not finite. Notes the facts of each layer: precision "int8" or
/// "f32", bytes before, SQNR of the weights and the reason.
std::vector<ByteLayer> chooseByteLayers(mlir::func::FuncOp function, const WeightRounding &how,
                                        llvm::ArrayRef<std::string> exclude, ReasonForFloat reason);

/// Why products of bytes by bytes have no kernel for this layer but the plain loops, which are
/// slower than f32 in vectors; empty where they have.
std::string reasonAgainstBytes(const Layer &layer);

/// Why products of f32 by bytes have no kernel for this layer; empty where they have.
std::string reasonAgainstByteWeight(const Layer &layer);

/// Lets the layer read its weight dequantized from bytes: mdc-integer-kernels makes a product of
/// f32 and bytes of it, or of bytes alone where the input is dequantized too.
void storeAsBytes(const ByteLayer &each);

} // namespace mdc::compress
