#include "compiler/codegen/ModelTable.h"

#include "compiler/codegen/CudaTable.h"
#include "compiler/codegen/Object.h"
#include "compiler/codegen/ShapeFunction.h"
#include "compiler/codegen/TableWriter.h"

#include <cstddef>

namespace mdc::codegen {

using namespace mdc::program;

// The structs below are written field by field in this order; a change of mdc/abi.h must show here.
static_assert(sizeof(MdcAxis) == 16 && offsetof(MdcAxis, slot) == 8 &&
              offsetof(MdcAxis, dim) == 12);
static_assert(sizeof(MdcTensor) == 24 && offsetof(MdcTensor, offset) == 8 &&
              offsetof(MdcTensor, maxBytes) == 16);
static_assert(sizeof(MdcSignature) == 32 && offsetof(MdcSignature, type) == 8 &&
              offsetof(MdcSignature, rank) == 12 && offsetof(MdcSignature, dims) == 16 &&
              offsetof(MdcSignature, extents) == 24);
static_assert(sizeof(MdcOperand) == 16 && offsetof(MdcOperand, offset) == 8);
static_assert(sizeof(MdcStep) == 24 && offsetof(MdcStep, operandCount) == 8 &&
              offsetof(MdcStep, firstExtent) == 12 && offsetof(MdcStep, extentCount) == 16);
static_assert(sizeof(MdcRegion) == 8 + 8 * MDC_ISA_COUNT && offsetof(MdcRegion, entry) == 8);
static_assert(sizeof(MdcDim) == 24 && offsetof(MdcDim, min) == 8 && offsetof(MdcDim, max) == 16);
static_assert(sizeof(MdcVariant) == 88 && offsetof(MdcVariant, arenaBytes) == 16 &&
              offsetof(MdcVariant, inputs) == 24 && offsetof(MdcVariant, steps) == 40 &&
              offsetof(MdcVariant, operands) == 48 && offsetof(MdcVariant, stepExtents) == 56 &&
              offsetof(MdcVariant, shape) == 64 && offsetof(MdcVariant, stepCount) == 72 &&
              offsetof(MdcVariant, valueCount) == 84);
static_assert(sizeof(MdcModel) == 72 && offsetof(MdcModel, variantCount) == 20 &&
              offsetof(MdcModel, weightBytes) == 24 && offsetof(MdcModel, dims) == 32 &&
              offsetof(MdcModel, inputs) == 40 && offsetof(MdcModel, outputs) == 48 &&
              offsetof(MdcModel, regions) == 56 && offsetof(MdcModel, variants) == 64);

namespace {

/// Each function returns a struct's value or a pointer to an array of them.
class ModelWriter : TableWriter {
public:
  ModelWriter(llvm::Module &module, llvm::ArrayRef<lower::Machine> levels)
      : TableWriter(module), levels(levels) {}

  llvm::Constant *model(const program::Program &program) {
    return structOf(
        {number32(MDC_ABI_VERSION), number32(program.dims.size()), number32(program.inputs.size()),
         number32(program.outputs.size()), number32(program.regions.size()),
         number32(program.variants.size()), number64(program.weightBytes),
         all(program.dims, [&](const Dim &dim) { return dimOf(dim); }),
         all(program.inputs, [&](const Signature &s) { return signatureOf(s); }),
         all(program.outputs, [&](const Signature &s) { return signatureOf(s); }),
         all(program.regions, [&](const Region &region) { return regionOf(region); }),
         all(program.variants, [&](const Variant &v) { return variantOf(v, program); })});
  }

private:
  llvm::Constant *dimOf(const Dim &dim) {
    return structOf({text(dim.name), number64(dim.minExtent), number64(dim.maxExtent)});
  }
  llvm::Constant *signatureOf(const Signature &signature) {
    return structOf({text(signature.name), number32(signature.type),
                     number32(signature.dims.size()), numbers(signature.dims),
                     numbers(signature.extents)});
  }
  llvm::Constant *axisOf(const Axis &axis) {
    return structOf({number64(axis.extent), number32(axis.slot), number32(axis.dim)});
  }
  llvm::Constant *tensorOf(const Tensor &tensor) {
    return structOf({all(tensor.axes, [&](const Axis &axis) { return axisOf(axis); }),
                     number64(tensor.offset), number64(tensor.maxBytes)});
  }

  llvm::Constant *regionOf(const Region &region) {
    auto *kernel = llvm::FunctionType::get(
        llvm::Type::getVoidTy(context),
        llvm::SmallVector<llvm::Type *>(3, llvm::PointerType::getUnqual(context)), false);
    Constants entries(MDC_ISA_COUNT, null());
    for (const lower::Machine &level : lower::levelsFor(levels, region.multipliesBytes))
      entries[level.isa] = llvm::cast<llvm::Constant>(
          module.getOrInsertFunction(entrySymbol(region.name, level.name), kernel).getCallee());
    auto *type = llvm::ArrayType::get(entries.front()->getType(), entries.size());
    return structOf({text(region.name), llvm::ConstantArray::get(type, entries)});
  }

  llvm::Constant *operandOf(const Operand &operand, const program::Program &program) {
    bool isWeight = operand.place == MDC_WEIGHT;
    uint64_t offset = isWeight ? program.weights[operand.value].offset : operand.value;
    return structOf({number32(operand.place), number32(0), number64(offset)});
  }

  llvm::Constant *variantOf(const Variant &variant, const program::Program &program) {
    Constants steps, operands;
    std::vector<uint32_t> extents;
    for (const Step &step : variant.steps) {
      steps.push_back(structOf({number32(step.region), number32(operands.size()),
                                number32(step.operands.size()), number32(extents.size()),
                                number32(step.extents.size()), number32(0)}));
      for (const Operand &operand : step.operands)
        operands.push_back(operandOf(operand, program));
      extents.insert(extents.end(), step.extents.begin(), step.extents.end());
    }
    auto tensor = [&](const Tensor &of) { return tensorOf(of); };
    return structOf({numbers(variant.dims), numbers(variant.padded), number64(variant.arenaBytes),
                     all(variant.inputs, tensor), all(variant.outputs, tensor), arrayOf(steps),
                     arrayOf(operands), numbers(extents),
                     addShapeFunction(module, "shape", variant.values), number32(steps.size()),
                     number32(operands.size()), number32(extents.size()),
                     number32(variant.values.size())});
  }

  llvm::ArrayRef<lower::Machine> levels;
};

} // namespace

std::unique_ptr<llvm::Module> modelTableOf(const program::Program &program, const Target &target,
                                           llvm::LLVMContext &context) {
  auto module = std::make_unique<llvm::Module>("model", context);
  TableWriter(*module).define("mdc_model", ModelWriter(*module, target.levels).model(program));
  if (target.isGpu())
    addCudaTable(program, target.imageCount(), *module);
  return module;
}

bool writeModelTable(const program::Program &program, const Target &target, const std::string &path,
                     Diagnostics &diagnostics) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = modelTableOf(program, target, context);
  const Position position = target.isGpu() ? Position::Independent : Position::Fixed;
  return writeObject(*module, *lower::machineOf("v3"), position, path, diagnostics);
}

} // namespace mdc::codegen
