#include "compiler/program/RegionOutline.h"

#include "compiler/lower/Lower.h"
#include "compiler/lower/gpu/LowerGpuRegion.h"
#include "compiler/program/RegionCost.h"
#include "compiler/support/Files.h"
#include "dialects/graph/Shape.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace mlir;

namespace mdc::program {

static constexpr size_t nameDigits = 12;

llvm::StringRef layoutOf(graph::FusedOp fused, unsigned index) {
  auto layouts = fused->getAttrOfType<ArrayAttr>("layouts");
  if (!layouts || index >= layouts.size())
    return "";
  return cast<StringAttr>(layouts[index]).getValue();
}

void collectNodes(mlir::Location location, std::vector<std::string> &nodes) {
  location->walk([&](mlir::Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (name && !name.getName().empty() && !llvm::is_contained(nodes, name.getName().getValue()))
      nodes.push_back(name.getName().str());
    return WalkResult::advance();
  });
}

namespace {

/// Finds the model's symbols in a function and numbers them anew.
class SymbolNumbers {
public:
  explicit SymbolNumbers(func::FuncOp kernel) : kernel(kernel) {
    collect();
    replace();
  }
  llvm::SmallVector<unsigned> symbols() const { return {used.begin(), used.end()}; }

private:
  void collect() {
    AttrTypeWalker walker;
    walker.addWalk([&](AffineMapAttr map) {
      for (AffineExpr expr : map.getValue().getResults())
        expr.walk([&](AffineExpr part) {
          if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
            used.insert(symbol.getPosition());
        });
    });
    kernel->walk([&](Operation *op) {
      walker.walk(op->getAttrDictionary());
      for (Type type : op->getResultTypes())
        walker.walk(type);
      for (mlir::Region &region : op->getRegions())
        for (Block &block : region)
          for (BlockArgument argument : block.getArguments())
            walker.walk(argument.getType());
    });
  }

  void replace() {
    MLIRContext *context = kernel.getContext();
    llvm::SmallVector<AffineExpr> numbers(used.empty() ? 0 : *used.rbegin() + 1);
    for (auto [number, symbol] : llvm::enumerate(used))
      numbers[symbol] = getAffineSymbolExpr(number, context);
    AttrTypeReplacer replacer;
    replacer.addReplacement([&](AffineMapAttr map) -> Attribute {
      llvm::SmallVector<AffineExpr> exprs;
      for (AffineExpr expr : map.getValue().getResults())
        exprs.push_back(expr.replaceSymbols(numbers));
      return AffineMapAttr::get(graph::extentMap(exprs, context));
    });
    replacer.recursivelyReplaceElementsIn(kernel, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
  }

  func::FuncOp kernel;
  std::set<unsigned> used;
};

} // namespace

static void setLayouts(func::FuncOp kernel, graph::FusedOp fused) {
  auto layout = [&](unsigned index) {
    return StringAttr::get(kernel.getContext(), layoutOf(fused, index));
  };
  unsigned operands = fused.getInputs().size();
  for (unsigned index = 0; index < operands; ++index)
    kernel.setArgAttr(index, "graph.layout", layout(index));
  for (unsigned index = 0; index < fused.getNumResults(); ++index)
    kernel.setResultAttr(index, "graph.layout", layout(operands + index));
}

static func::FuncOp cloneKernel(graph::FusedOp fused, ModuleOp module) {
  OpBuilder builder(module.getBodyRegion());
  mlir::Location location = builder.getUnknownLoc();
  auto type = builder.getFunctionType(fused.getInputs().getTypes(), fused.getResultTypes());
  auto kernel = func::FuncOp::create(builder, location, "kernel", type);
  setLayouts(kernel, fused);
  kernel->setAttr("graph.root", fused.getRootAttr());
  Block *entry = kernel.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  IRMapping mapping;
  Block &body = fused.getBody().front();
  mapping.map(body.getArguments(), entry->getArguments());
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  llvm::SmallVector<Value> results;
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(mapping.lookup(value));
  func::ReturnOp::create(builder, location, results);
  return kernel;
}

static constexpr StringLiteral factsAttr = "graph.compression";

static CompressedLayer layerOf(DictionaryAttr facts, mlir::Location location) {
  CompressedLayer layer;
  std::vector<std::string> nodes;
  collectNodes(location, nodes);
  if (!nodes.empty())
    layer.name = nodes.front();
  if (auto text = facts.getAs<StringAttr>("precision"))
    layer.precision = text.getValue();
  if (auto text = facts.getAs<StringAttr>("note"))
    layer.note = text.getValue();
  if (auto share = facts.getAs<FloatAttr>("sparsity"))
    layer.sparsity = share.getValueAsDouble();
  if (auto bytes = facts.getAs<IntegerAttr>("weight_bytes_before"))
    layer.weightBytesBefore = uint64_t(bytes.getInt());
  if (auto ratio = facts.getAs<FloatAttr>("sqnr_db"))
    layer.sqnrDb = ratio.getValueAsDouble();
  return layer;
}

/// What was noted about a layer is for reports: two kernels that differ in it alone are one.
static std::vector<CompressedLayer> takeLayers(graph::FusedOp fused, func::FuncOp kernel) {
  std::vector<CompressedLayer> layers;
  for (Operation &op : fused.getBody().front())
    if (auto facts = op.getAttrOfType<DictionaryAttr>(factsAttr))
      layers.push_back(layerOf(facts, op.getLoc()));
  for (Operation &op : kernel.getBody().front())
    op.removeAttr(factsAttr);
  return layers;
}

static std::string textOf(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  op->print(stream);
  stream << '\n';
  return text;
}

static std::string elementText(Type element) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  element.print(stream);
  return text;
}

/// What a report calls the region's type. A layer that was meant to be int8 is so only where bytes
/// are multiplied.
static std::string precisionOf(graph::FusedOp fused, const Region &region) {
  if (region.multipliesBytes)
    return "int8";
  for (const CompressedLayer &layer : region.layers)
    if (!layer.precision.empty() && layer.precision != "int8")
      return layer.precision;
  Type element = cast<RankedTensorType>(fused.getResultTypes().front()).getElementType();
  for (auto product : fused.getBody().front().getOps<graph::MatmulOp>())
    element = product.getType().getElementType();
  return elementText(element);
}

/// False after MLIR has reported why the kernel cannot be one of a GPU.
static bool fillLaunches(func::FuncOp kernel, Region &region) {
  std::optional<lower::GpuRegion> lowered = lower::lowerGpuRegion(kernel, region.name);
  if (!lowered)
    return false;
  region.launches.assign(lowered->launches.begin(), lowered->launches.end());
  region.scratchBytes.assign(lowered->scratchBytes.begin(), lowered->scratchBytes.end());
  region.tile = lowered->mainLoop;
  return true;
}

OutlinedRegion outlineRegion(graph::FusedOp fused, llvm::ArrayRef<int64_t> maxExtents, bool gpu,
                             llvm::function_ref<bool(llvm::StringRef)> isKnown) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(fused.getContext()));
  func::FuncOp kernel = cloneKernel(fused, *module);
  OutlinedRegion outlined;
  outlined.symbols = SymbolNumbers(kernel).symbols();
  llvm::SmallVector<int64_t> kernelMax;
  for (unsigned symbol : outlined.symbols)
    kernelMax.push_back(maxExtents[symbol]);
  kernel->setAttr(graph::kMaxAttr, Builder(kernel.getContext()).getDenseI64ArrayAttr(kernelMax));

  Region &region = outlined.region;
  region.layers = takeLayers(fused, kernel);
  region.root = fused.getRoot().str();
  region.text = textOf(*module);
  region.name = region.root + "_" + sha256Hex(region.text).substr(0, nameDigits);
  fused->walk([&](Operation *op) { collectNodes(op->getLoc(), region.nodes); });
  if (isKnown(region.name))
    return outlined;
  region.cost = costOf(fused, maxExtents);
  region.multipliesBytes = lower::multipliesBytes(kernel);
  if (gpu) {
    outlined.failed = !fillLaunches(kernel, region);
  } else {
    llvm::SmallVector<int64_t> scratch = lower::scratchBytesOf(kernel);
    region.scratchBytes.assign(scratch.begin(), scratch.end());
    region.tile = lower::tileOf(kernel, *lower::machineOf(region.multipliesBytes ? "vnni" : "v4"));
  }
  region.precision = precisionOf(fused, region);
  return outlined;
}

} // namespace mdc::program
