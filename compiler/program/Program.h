// A compiled model before it is written: what the tables of mdc/abi.h will say, with expressions
// where the tables hold functions and constants where they hold offsets.
#pragma once

#include "compiler/lower/gpu/GpuLaunch.h"
#include "mdc/abi.h"

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mdc::program {

/// A model dimension that stays open until a request comes.
struct Dim {
  std::string name;
  int64_t minExtent = 1;
  int64_t maxExtent = 1;
};

/// What a client sees of a graph input or output; see MdcSignature.
struct Signature {
  std::string name;
  MdcType type = MDC_F32;
  std::vector<int32_t> dims;
  std::vector<int64_t> extents;
};

/// See MdcAxis.
struct Axis {
  int64_t extent = 0;
  int32_t slot = -1;
  int32_t dim = -1;
};

/// See MdcTensor.
struct Tensor {
  std::vector<Axis> axes;
  uint64_t offset = 0;
  uint64_t maxBytes = 0;
};

/// A constant in the form that a kernel wants. `offset` is known once the weights are written.
struct Weight {
  mlir::ElementsAttr value;
  std::string packing; ///< empty: row-major
  uint64_t offset = 0;
  uint64_t bytes = 0;         ///< in the blob
  uint64_t rowMajorBytes = 0; ///< before packing
};

/// What one call of a region costs at the largest extents.
struct RegionCost {
  uint64_t macs = 0;
  uint64_t bytes = 0;       ///< of all operands
  uint64_t weightBytes = 0; ///< of those that are constants, before packing
  bool operator==(const RegionCost &) const = default;
};

/// What compression noted about one product of the source graph.
struct CompressedLayer {
  std::string name;      ///< of the ONNX node; empty: it has none
  std::string precision; ///< "int8"; empty: as in the model
  double sparsity = 0;   ///< share of the weights that are zero
  uint64_t weightBytesBefore = 0;
  std::optional<double> sqnrDb; ///< signal to quantization noise of the weights or the output
  std::string note;             ///< why the layer became what it is
  bool operator==(const CompressedLayer &) const = default;
};

/// One generated kernel. Regions of one name are equal.
struct Region {
  std::string name;                  ///< "matmul_0123456789ab"
  std::string root;                  ///< "matmul"
  std::string text;                  ///< a module with one function, kernel, of graph ops
  std::vector<std::string> nodes;    ///< of the source graph, over all steps that call it
  std::vector<int64_t> scratchBytes; ///< operands behind the results
  RegionCost cost;                   ///< of the first step that calls it
  std::string precision;             ///< "int8" of products of bytes, else the first result's type
  uint32_t stepCount = 0;
  std::string tile = "";                    ///< "8x48" on AVX-512, "f32_64x64" on a GPU, or none
  bool multipliesBytes = false;             ///< compiled for levels with byteDots too
  std::vector<CompressedLayer> layers = {}; ///< over all steps that call it; none: not compressed
  std::vector<lower::GpuLaunch> launches = {}; ///< on a GPU
};

struct Operand {
  MdcPlace place = MDC_ARENA;
  uint64_t value = 0; ///< MDC_ARENA: offset into the arena; MDC_WEIGHT: index into Program::weights
};

struct Step {
  uint32_t region = 0;
  std::vector<Operand> operands;
  std::vector<uint32_t> extents; ///< indices into Variant::values
};

/// A view of an operand; numbers as MdcCudaMap says.
struct StepMap {
  uint32_t operand = 0;
  MdcType type = MDC_BF16;
  std::array<uint32_t, 2> box = {};
  std::array<int64_t, 4> extents = {};
  std::array<int64_t, 3> strides = {};
};

/// A launch of a step: a number, or a value that the runtime computes.
struct StepLaunch {
  uint32_t step = 0;                       ///< into Variant::steps
  uint32_t launch = 0;                     ///< into the launches of the step's region
  std::array<int64_t, 3> grid = {0, 1, 1}; ///< as MdcCudaLaunch::grid says
  std::vector<StepMap> maps = {};
};

/// See MdcVariant.
struct Variant {
  std::vector<int64_t> dims;
  std::vector<uint8_t> padded;
  uint64_t arenaBytes = 0;
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  std::vector<Step> steps;
  std::vector<StepLaunch> launches; ///< on a GPU, in the order of the steps
  std::vector<mlir::AffineExpr>
      values; ///< over the model's dims; the first ones are the dims themselves
};

struct Program {
  std::vector<Dim> dims;
  std::vector<Signature> inputs;
  std::vector<Signature> outputs;
  std::vector<Region> regions;
  std::vector<Weight> weights;
  std::vector<Variant> variants; ///< from the smallest to the largest
  uint64_t weightBytes = 0;      ///< of the blob
};

/// The function of a region for a level: "matmul_0123456789ab_v4".
std::string entrySymbol(llvm::StringRef region, llvm::StringRef isa);

} // namespace mdc::program
