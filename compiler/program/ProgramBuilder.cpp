#include "compiler/program/ProgramBuilder.h"

#include "compiler/lower/Lower.h"
#include "compiler/program/ElementTypes.h"
#include "compiler/program/RegionCost.h"
#include "compiler/program/RegionOutline.h"
#include "dialects/graph/Shape.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/xxhash.h"

#include <limits>

using namespace mlir;

namespace mdc::program {

std::string entrySymbol(llvm::StringRef region, llvm::StringRef isa) {
  return (region + "_" + isa).str();
}

static RankedTensorType tensorTypeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// What the client calls an argument or a result; the importer attached it.
static llvm::StringRef nameOf(DictionaryAttr attributes) {
  auto name = attributes ? attributes.getAs<StringAttr>("graph.name") : StringAttr();
  return name ? name.getValue() : "";
}

ProgramBuilder::ProgramBuilder(std::vector<Dim> dims, std::string modelPath, bool gpu,
                               Diagnostics &diagnostics)
    : modelPath(std::move(modelPath)), gpu(gpu), diagnostics(diagnostics) {
  for (const Dim &dim : dims)
    maxExtents.push_back(dim.maxExtent);
  program.dims = std::move(dims);
}

bool ProgramBuilder::fail(mlir::Location location, const llvm::Twine &message) {
  std::vector<std::string> nodes;
  collectNodes(location, nodes);
  mdc::Location place =
      nodes.empty() ? mdc::Location(modelPath) : mdc::Location::ofItem(modelPath, nodes.front());
  diagnostics.error(place, message).note("this is a bug of mdc; please report it with the model");
  return false;
}

/// The function's type with all dimensions open: what a client sees is the same for each variant.
static FunctionType openTypeOf(func::FuncOp main) {
  auto open = main->getAttrOfType<TypeAttr>(graph::kSignatureAttr);
  return open ? cast<FunctionType>(open.getValue()) : main.getFunctionType();
}

void ProgramBuilder::bindDims(func::FuncOp main, Variant &variant) const {
  auto bound = main->getAttrOfType<DenseI64ArrayAttr>(graph::kVariantAttr);
  for (auto [index, dim] : llvm::enumerate(program.dims)) {
    int64_t extent = bound ? bound[index] : -1;
    variant.dims.push_back(extent < 0 ? dim.maxExtent : extent);
    variant.padded.push_back(extent >= 0);
    variant.values.push_back(getAffineSymbolExpr(index, main.getContext()));
  }
}

bool ProgramBuilder::addVariant(func::FuncOp main) {
  FunctionType openType = openTypeOf(main);
  if (program.variants.empty())
    addSignatures(main, openType);
  Pending pending;
  bindDims(main, pending.variant);
  for (BlockArgument argument : main.getArguments()) {
    uint64_t bytes = lower::layoutBytes(tensorTypeOf(argument), "", maxExtents);
    pending.storage[argument] = {{}, newBuffer(pending, bytes, -1)};
  }
  for (Operation &op : main.getBody().front())
    if (!addOp(op, pending))
      return false;
  placeArena(main, openType, pending);
  program.variants.push_back(std::move(pending.variant));
  return true;
}

void ProgramBuilder::addSignatures(func::FuncOp main, FunctionType openType) {
  for (auto [index, type] : llvm::enumerate(openType.getInputs()))
    program.inputs.push_back(
        signatureOf(cast<RankedTensorType>(type), nameOf(main.getArgAttrDict(index))));
  for (auto [index, type] : llvm::enumerate(openType.getResults()))
    program.outputs.push_back(
        signatureOf(cast<RankedTensorType>(type), nameOf(main.getResultAttrDict(index))));
}

Signature ProgramBuilder::signatureOf(RankedTensorType type, llvm::StringRef name) const {
  Signature signature;
  signature.name = name.str();
  signature.type = abiTypeOf(type.getElementType()).value_or(MDC_F32);
  for (AffineExpr extent : graph::extentsOf(type)) {
    auto symbol = dyn_cast<AffineSymbolExpr>(extent);
    std::optional<int64_t> fixed = graph::constantOf(extent);
    signature.dims.push_back(symbol ? int32_t(symbol.getPosition()) : fixed ? -1 : -2);
    signature.extents.push_back(fixed.value_or(-1));
  }
  return signature;
}

int32_t ProgramBuilder::slotOf(AffineExpr extent, Variant &variant) const {
  auto known = llvm::find(variant.values, extent);
  if (known == variant.values.end())
    known = variant.values.insert(variant.values.end(), extent);
  return int32_t(known - variant.values.begin());
}

Tensor ProgramBuilder::tensorOf(RankedTensorType type, Variant &variant, bool isInput) const {
  Tensor tensor;
  for (AffineExpr extent : graph::extentsOf(type)) {
    Axis axis;
    axis.extent = graph::evaluate(extent, variant.dims);
    if (!graph::constantOf(extent))
      axis.slot = slotOf(extent, variant);
    if (auto symbol = dyn_cast<AffineSymbolExpr>(extent); symbol && isInput)
      axis.dim = int32_t(symbol.getPosition());
    tensor.axes.push_back(axis);
  }
  tensor.maxBytes = elementCountOf(type, variant.dims) * elementBytesOf(type.getElementType());
  return tensor;
}

unsigned ProgramBuilder::newBuffer(Pending &pending, uint64_t bytes, int64_t first) {
  pending.lifetimes.push_back({bytes, first, first});
  return pending.lifetimes.size() - 1;
}

bool ProgramBuilder::addOp(Operation &op, Pending &pending) {
  return llvm::TypeSwitch<Operation *, bool>(&op)
      .Case([&](graph::ConstantOp constant) {
        pending.storage[constant.getResult()] = {constant.getValue(), 0};
        return true;
      })
      .Case([&](graph::ReshapeOp reshape) {
        Storage storage = pending.storage.lookup(reshape.getInput());
        pending.storage[reshape.getResult()] = storage;
        return true;
      })
      .Case([&](graph::FusedOp fused) { return addStep(fused, pending); })
      .Case([&](func::ReturnOp) { return addReturn(op, pending); })
      .Default([&](Operation *other) {
        return fail(other->getLoc(),
                    "op '" + other->getName().getStringRef() + "' is left outside of every region");
      });
}

std::optional<uint32_t> ProgramBuilder::regionOf(graph::FusedOp fused,
                                                 std::vector<uint32_t> &extents) {
  OutlinedRegion outlined = outlineRegion(
      fused, maxExtents, gpu, [&](llvm::StringRef name) { return regions.contains(name); });
  if (outlined.failed)
    return std::nullopt;
  extents.assign(outlined.symbols.begin(), outlined.symbols.end());
  auto [known, isNew] = regions.try_emplace(outlined.region.name, program.regions.size());
  if (isNew)
    program.regions.push_back(std::move(outlined.region));
  Region &region = program.regions[known->second];
  ++region.stepCount;
  if (isNew)
    return known->second;
  for (std::string &node : outlined.region.nodes)
    if (!llvm::is_contained(region.nodes, node))
      region.nodes.push_back(std::move(node));
  for (CompressedLayer &layer : outlined.region.layers)
    if (!llvm::is_contained(region.layers, layer)) // another variant has the same ones
      region.layers.push_back(std::move(layer));
  return known->second;
}

/// Resources are not made unique by the context, unlike dense elements.
ElementsAttr ProgramBuilder::firstEqual(ElementsAttr value) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  AsmResourceBlob *blob = resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob)
    return value;
  auto [known, isNew] = firstOf.try_emplace(value, value);
  if (!isNew)
    return known->second;
  llvm::ArrayRef<char> bytes = blob->getData();
  uint64_t digest = llvm::xxh3_64bits(
      llvm::ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
  auto [begin, end] = constants.equal_range(digest);
  for (auto other = begin; other != end; ++other)
    if (other->second.getShapedType() == value.getShapedType() &&
        cast<DenseResourceElementsAttr>(other->second).getRawHandle().getBlob()->getData() == bytes)
      return known->second = other->second;
  constants.emplace(digest, value);
  return value;
}

uint32_t ProgramBuilder::weightOf(ElementsAttr value, llvm::StringRef packing) {
  value = firstEqual(value);
  auto key = std::make_pair(Attribute(value).getAsOpaquePointer(), packing.str());
  auto [known, isNew] = weights.try_emplace(key, program.weights.size());
  if (isNew)
    program.weights.push_back({value, packing.str()});
  return known->second;
}

bool ProgramBuilder::addStep(graph::FusedOp fused, Pending &pending) {
  int64_t number = int64_t(pending.variant.steps.size());
  Step step;
  std::optional<uint32_t> region = regionOf(fused, step.extents);
  if (!region)
    return fail(fused.getLoc(), "no GPU kernel comes of this node");
  step.region = *region;
  unsigned index = 0;
  for (Value input : fused.getInputs()) {
    Storage storage = pending.storage.lookup(input);
    if (storage.constant) {
      step.operands.push_back({MDC_WEIGHT, weightOf(storage.constant, layoutOf(fused, index))});
    } else {
      step.operands.push_back({MDC_ARENA, storage.buffer});
      pending.lifetimes[storage.buffer].last = number;
    }
    ++index;
  }
  for (Value result : fused.getResults()) {
    int64_t bytes = lower::layoutBytes(tensorTypeOf(result), layoutOf(fused, index++), maxExtents);
    unsigned buffer = newBuffer(pending, bytes, number);
    pending.storage[result] = {{}, buffer};
    step.operands.push_back({MDC_ARENA, buffer});
  }
  for (int64_t bytes : program.regions[step.region].scratchBytes)
    step.operands.push_back({MDC_ARENA, newBuffer(pending, bytes, number)});
  pending.variant.steps.push_back(std::move(step));
  addLaunches(pending.variant.steps.back(), pending.variant);
  return true;
}

/// The grids of a region, which are over its own extents, over the model's.
void ProgramBuilder::addLaunches(const Step &step, Variant &variant) const {
  const std::vector<lower::GpuLaunch> &launches = program.regions[step.region].launches;
  llvm::SmallVector<AffineExpr> extents;
  for (uint32_t extent : step.extents)
    extents.push_back(variant.values[extent]);
  auto numberOf = [&](AffineExpr expr) {
    AffineExpr number = simplifyAffineExpr(expr.replaceSymbols(extents), 0, variant.dims.size());
    std::optional<int64_t> fixed = graph::constantOf(number);
    return fixed ? *fixed : -1 - int64_t(slotOf(number, variant));
  };
  for (auto [index, launch] : llvm::enumerate(launches)) {
    StepLaunch made{uint32_t(variant.steps.size() - 1), uint32_t(index)};
    llvm::transform(launch.blocks, made.grid.begin(), numberOf);
    for (const lower::TileMap &map : launch.maps) {
      StepMap &view = made.maps.emplace_back(StepMap{map.operand, map.type, map.box, {}, {}});
      llvm::transform(map.extents, view.extents.begin(), numberOf);
      llvm::transform(map.strides, view.strides.begin(), numberOf);
    }
    variant.launches.push_back(std::move(made));
  }
}

bool ProgramBuilder::addReturn(Operation &op, Pending &pending) {
  for (auto [index, value] : llvm::enumerate(op.getOperands())) {
    Storage storage = pending.storage.lookup(value);
    if (storage.constant)
      return fail(op.getLoc(), "output '" + llvm::Twine(program.outputs[index].name) +
                                   "' is a constant that no region computes");
    pending.lifetimes[storage.buffer].last = std::numeric_limits<int64_t>::max();
  }
  return true;
}

void ProgramBuilder::placeArena(func::FuncOp main, FunctionType openType, Pending &pending) {
  ArenaLayout layout = placeBuffers(pending.lifetimes);
  Variant &variant = pending.variant;
  variant.arenaBytes = layout.arenaBytes;
  for (Step &step : variant.steps)
    for (Operand &operand : step.operands)
      if (operand.place == MDC_ARENA)
        operand.value = layout.offsets[operand.value];
  auto offsetOf = [&](Value value) { return layout.offsets[pending.storage.lookup(value).buffer]; };
  auto typeOf = [](Type type) { return cast<RankedTensorType>(type); };
  for (auto [argument, type] : llvm::zip(main.getArguments(), openType.getInputs())) {
    variant.inputs.push_back(tensorOf(typeOf(type), variant, /*isInput=*/true));
    variant.inputs.back().offset = offsetOf(argument);
  }
  Operation *end = main.getBody().front().getTerminator();
  for (auto [value, type] : llvm::zip(end->getOperands(), openType.getResults())) {
    variant.outputs.push_back(tensorOf(typeOf(type), variant, /*isInput=*/false));
    variant.outputs.back().offset = offsetOf(value);
  }
}

} // namespace mdc::program
