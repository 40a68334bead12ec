#include "compiler/import/Import.h"

#include "compiler/import/GraphImporter.h"
#include "compiler/import/Signature.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace mdc::importer {
namespace {

// Nodes that nothing reads: folded shape arithmetic, and what the exporter left over.
void eraseUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

func::FuncOp makeFunction(ModuleOp module, const Signature &signature) {
  OpBuilder builder(module.getBodyRegion());
  SmallVector<Type> arguments(signature.types.begin(), signature.types.end());
  auto function = func::FuncOp::create(builder, module.getLoc(), "main",
                                       builder.getFunctionType(arguments, {}));
  function.addEntryBlock();
  SmallVector<mlir::Attribute> names;
  SmallVector<int64_t> largest;
  for (const OpenDim &dim : signature.openDims) {
    names.push_back(builder.getStringAttr(dim.name));
    largest.push_back(dim.range.high);
  }
  function->setAttr(graph::kDimsAttr, builder.getArrayAttr(names));
  function->setAttr(graph::kMaxAttr, builder.getDenseI64ArrayAttr(largest));
  return function;
}

void finishFunction(func::FuncOp function, const OnnxModel &model, const Signature &signature,
                    ArrayRef<Value> results) {
  OpBuilder builder = OpBuilder::atBlockEnd(&function.front());
  func::ReturnOp::create(builder, function.getLoc(), results);
  eraseUnused(function.front());
  function.setFunctionType(
      builder.getFunctionType(function.getArgumentTypes(), TypeRange(ValueRange(results))));
  for (auto [index, input] : llvm::enumerate(signature.inputs))
    function.setArgAttr(index, "graph.name", builder.getStringAttr(input->name));
  for (auto [index, output] : llvm::enumerate(model.graph().outputs))
    function.setResultAttr(index, "graph.name", builder.getStringAttr(output.name));
}

bool checkOpset(const OnnxModel &model, Diagnostics &diagnostics) {
  auto opset = model.opsets().find("");
  if (opset == model.opsets().end() || opset->second <= kLastOpset)
    return true;
  diagnostics
      .error(Location(model.path()), "the model uses opset " + llvm::Twine(opset->second) +
                                         ", expected at most " + llvm::Twine(kLastOpset))
      .note("convert it with onnx.version_converter.convert_version(model, 22)");
  return false;
}

// The dimension with the smaller range stands for both.
void joinDims(const OpenDim &a, const OpenDim &b, SameDims &sameDims) {
  const OpenDim &kept = a.range.high <= b.range.high ? a : b, &joined = &kept == &a ? b : a;
  for (auto &entry : sameDims)
    if (entry.second == joined.name)
      entry.second = kept.name;
  sameDims[joined.name] = kept.name;
}

struct Attempt {
  OwningOpRef<ModuleOp> module;
  bool joinedDims = false; ///< it failed for two dimensions that `sameDims` now holds to be one
};

Attempt attemptImport(const OnnxModel &model, const ImportOptions &options, SameDims &sameDims,
                      MLIRContext *context, Diagnostics &diagnostics) {
  auto signature = bindDims(model, options, sameDims, context, diagnostics);
  if (!signature)
    return {};
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(context));
  func::FuncOp function = makeFunction(*module, *signature);
  GraphImporter importer(model, *signature, function.front(), diagnostics);
  for (auto [index, input] : llvm::enumerate(signature->inputs))
    importer.define(input->name, function.getArgument(index));
  auto results = importer.importGraph(model.graph());
  if (!results) {
    auto equal = importer.equalSymbols();
    if (equal)
      joinDims(signature->openDims[equal->first], signature->openDims[equal->second], sameDims);
    return {nullptr, equal.has_value()};
  }
  finishFunction(function, model, *signature, *results);
  if (succeeded(verify(*module)))
    return {std::move(module), false};
  diagnostics.error(Location(model.path()),
                    "the imported graph is not valid; this is a fault of mdc");
  return {};
}

} // namespace

OwningOpRef<ModuleOp> importModel(const OnnxModel &model, const ImportOptions &options,
                                  MLIRContext *context, Diagnostics &diagnostics) {
  context->loadDialect<graph::GraphDialect, func::FuncDialect>();
  if (!checkOpset(model, diagnostics))
    return nullptr;
  SameDims sameDims;
  while (true) { // each round but the last joins two of finitely many dimensions
    Diagnostics found(nullptr);
    Attempt attempt = attemptImport(model, options, sameDims, context, found);
    if (attempt.joinedDims)
      continue;
    for (const Diagnostic &diagnostic : found.all())
      diagnostics.add(diagnostic);
    return std::move(attempt.module);
  }
}

} // namespace mdc::importer
