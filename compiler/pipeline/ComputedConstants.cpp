#include "compiler/pipeline/ComputedConstants.h"

#include "compiler/lower/Lower.h"
#include "compiler/lower/Passes.h"
#include "compiler/pipeline/GraphProgram.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace mdc::pipeline {

static constexpr int64_t kLargestText = 1024; ///< elements of a constant that folds look into

static ElementsAttr elementsOf(RankedTensorType type, llvm::ArrayRef<char> bytes) {
  if (type.getNumElements() <= kLargestText)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64);
  return cast<ElementsAttr>(
      Attribute(DenseResourceElementsAttr::get(type, "computed", std::move(blob))));
}

/// @constants as the @main of a module of its own.
static OwningOpRef<ModuleOp> moduleOf(func::FuncOp constants) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(constants.getLoc());
  func::FuncOp main = constants.clone();
  main.setName("main");
  main.setPublic();
  module->push_back(main);
  return module;
}

/// False if a result is missing or of another size.
static bool replaceCall(func::CallOp call, llvm::ArrayRef<NumpyArray> results) {
  OpBuilder builder(call);
  for (auto [index, value] : llvm::enumerate(call.getResults())) {
    auto type = cast<RankedTensorType>(value.getType());
    std::string name = "constant " + std::to_string(index);
    auto array =
        llvm::find_if(results, [&](const NumpyArray &result) { return result.name == name; });
    if (array == results.end() ||
        int64_t(array->bytes.size()) != type.getNumElements() * (type.getElementTypeBitWidth() / 8))
      return false;
    ElementsAttr elements = elementsOf(type, array->bytes);
    value.replaceAllUsesWith(
        graph::ConstantOp::create(builder, value.getLoc(), type, elements).getResult());
  }
  call.erase();
  return true;
}

ExitCode computeConstants(ModuleOp module, const spec::Spec &spec, const BuildTools &tools,
                          Diagnostics &diagnostics) {
  PassManager passes(module.getContext());
  passes.addPass(lower::createOutlineConstants());
  if (failed(passes.run(module)))
    return ExitOurBug;
  auto constants = module.lookupSymbol<func::FuncOp>(lower::kConstantsFunction);
  if (!constants)
    return ExitDone;
  AuxiliaryProgram program(spec, "constants", tools, diagnostics);
  std::optional<std::vector<NumpyArray>> results = program.run(moduleOf(constants), {}, {});
  if (!results)
    return program.exitCode();
  auto call = cast<func::CallOp>(*mainOf(module).getOps<func::CallOp>().begin());
  if (!replaceCall(call, *results)) {
    diagnostics
        .error(Location(spec.model.graphPath.value), "the constants that the build computed "
                                                     "are not those that the model needs")
        .note("this is a bug of mdc; please report it with the model");
    return ExitOurBug;
  }
  constants.erase();
  return simplify(module) ? ExitDone : ExitOurBug; // a computed scale may fold into a convolution
}

} // namespace mdc::pipeline
