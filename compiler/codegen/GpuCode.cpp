#include "compiler/codegen/GpuCode.h"

#include "compiler/codegen/Optimize.h"
#include "compiler/lower/gpu/GpuLaunch.h"
#include "compiler/support/Files.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/Internalize.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace mdc::codegen {

static constexpr llvm::StringLiteral gpuTriple = "nvptx64-nvidia-cuda";

// The PTX of the first row ships as text: drivers of CUDA 12.0 read 8.0, and runtime/cuda asks for
// none that is newer. So does that of sm_90a, whose products of u8 by s8 need 8.4: older drivers
// take the first row's instead. ptxas alone reads that of sm_100, which needs 8.6.
static constexpr GpuArch archs[] = {
    {"sm_80", "+ptx80", llvm::VersionTuple(12, 0)},
    {"sm_86", "+ptx80", llvm::VersionTuple(12, 0)},
    {"sm_89", "+ptx80", llvm::VersionTuple(12, 0)},
    {"sm_90a", "+ptx84", llvm::VersionTuple(12, 4)},
    {"sm_100", "+ptx86", llvm::VersionTuple(12, 8)},
};

llvm::ArrayRef<GpuArch> gpuArchs() { return archs; }

std::optional<GpuArch> gpuArchOf(llvm::StringRef name) {
  for (const GpuArch &arch : archs)
    if (arch.name == name)
      return arch;
  return std::nullopt;
}

static std::unique_ptr<llvm::TargetMachine> targetMachineOf(const GpuArch &arch,
                                                            Diagnostics &diagnostics) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  std::string problem;
  llvm::Triple triple(gpuTriple);
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, problem);
  if (!target) {
    diagnostics.error("LLVM cannot generate code for " + gpuTriple + ": " + problem)
        .note("install Debian's llvm-22, whose libLLVM has the NVPTX target");
    return nullptr;
  }
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, arch.name, arch.ptx, llvm::TargetOptions(), std::nullopt,
                                  std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

// What instruction selection has no instructions for: it would end the process.
static bool isMissing(const llvm::Function &function) {
  if (!function.isDeclaration() || function.use_empty())
    return false;
  if (!function.isIntrinsic())
    return true;
  switch (function.getIntrinsicID()) {
  case llvm::Intrinsic::exp:
  case llvm::Intrinsic::exp10:
  case llvm::Intrinsic::log:
  case llvm::Intrinsic::log10:
  case llvm::Intrinsic::pow:
  case llvm::Intrinsic::tan:
  case llvm::Intrinsic::asin:
  case llvm::Intrinsic::acos:
  case llvm::Intrinsic::atan:
  case llvm::Intrinsic::atan2:
  case llvm::Intrinsic::sinh:
  case llvm::Intrinsic::cosh:
    return true;
  case llvm::Intrinsic::exp2:
  case llvm::Intrinsic::log2:
  case llvm::Intrinsic::sin:
  case llvm::Intrinsic::cos:
  case llvm::Intrinsic::tanh:
    return function.getReturnType()->getScalarType()->isDoubleTy();
  default:
    return false;
  }
}

static bool isWhole(llvm::Module &module, bool withPrimitives, Diagnostics &diagnostics) {
  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(module, &stream)) {
    diagnostics.error("the generated GPU code is not valid: " + problem)
        .note("this is a bug of mdc");
    return false;
  }
  for (const llvm::Function &function : module) {
    bool primitive = function.getName().starts_with("mdc_") && !withPrimitives;
    if (!isMissing(function) || primitive)
      continue;
    diagnostics
        .error("GPU code needs the function '" + function.getName() + "', which is not built")
        .note("build this model with --target=cpu");
    return false;
  }
  return true;
}

// Functions that runtime/cuda/kernels/LibraryMath.cu defines as mdc_NAME_f64, of remainders _f32
// too; "" for what instructions compute.
static llvm::StringRef mathFunction(const llvm::Instruction &instruction) {
  if (instruction.getOpcode() == llvm::Instruction::FRem)
    return "fmod"; // selected as a quotient, a product and a difference, which are rounded
  auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction);
  const llvm::Function *function = call ? call->getCalledFunction() : nullptr;
  if (!function || !function->getReturnType()->getScalarType()->isDoubleTy())
    return "";
  switch (function->getIntrinsicID()) {
  case llvm::Intrinsic::exp:
    return "exp";
  case llvm::Intrinsic::log:
    return "log";
  case llvm::Intrinsic::sin:
    return "sin";
  case llvm::Intrinsic::cos:
    return "cos";
  case llvm::Intrinsic::tanh:
    return "tanh";
  case llvm::Intrinsic::asin:
    return "asin";
  case llvm::Intrinsic::acos:
    return "acos";
  case llvm::Intrinsic::atan:
    return "atan";
  case llvm::Intrinsic::pow:
    return "pow";
  default:
    return function->isDeclaration() && function->getName() == "erf" ? "erf" : "";
  }
}

// Calls of the function in the place of an instruction, one for each lane.
static llvm::Value *callLanes(llvm::IRBuilder<> &b, llvm::FunctionCallee function,
                              llvm::ArrayRef<llvm::Value *> operands) {
  auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(operands.front()->getType());
  if (!vector)
    return b.CreateCall(function, operands);
  llvm::Value *result = llvm::PoisonValue::get(vector);
  for (unsigned lane = 0; lane < vector->getNumElements(); ++lane) {
    llvm::SmallVector<llvm::Value *, 2> elements;
    for (llvm::Value *operand : operands)
      elements.push_back(b.CreateExtractElement(operand, lane));
    result = b.CreateInsertElement(result, b.CreateCall(function, elements), lane);
  }
  return result;
}

static void callMathFunctions(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction :
         llvm::make_early_inc_range(llvm::instructions(function))) {
      llvm::StringRef name = mathFunction(instruction);
      if (name.empty())
        continue;
      auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction);
      llvm::SmallVector<llvm::Value *, 2> operands(call ? call->args() : instruction.operands());
      llvm::Type *number = instruction.getType()->getScalarType();
      llvm::SmallVector<llvm::Type *, 2> parameters(operands.size(), number);
      llvm::StringRef suffix = number->isDoubleTy() ? "_f64" : "_f32";
      llvm::FunctionCallee ours = module.getOrInsertFunction(
          ("mdc_" + name + suffix).str(), llvm::FunctionType::get(number, parameters, false));
      llvm::IRBuilder<> b(&instruction);
      instruction.replaceAllUsesWith(callLanes(b, ours, operands));
      instruction.eraseFromParent();
    }
}

// The last ones have the primitives.
static constexpr llvm::StringLiteral files[] = {
    "AttentionF32", "AttentionSm90a", "AttentionTensor", "ConvF32",       "ConvSm90a",
    "ConvTensor",   "Depthwise",      "MatmulF32",       "MatmulRows",    "MatmulSm90a",
    "MatmulTensor", "MatmulSplits",   "LibraryMath",     "PrimitivesPtx", "PrimitivesSm90a"};
static constexpr size_t primitiveFiles = 2;

llvm::ArrayRef<llvm::StringLiteral> mainLoopFiles() { return files; }

static bool callsMainLoops(const llvm::Module &module) {
  return llvm::any_of(module, [](const llvm::Function &function) {
    return function.isDeclaration() && !function.use_empty() &&
           function.getName().starts_with("mdc_");
  });
}

/// What the module calls of a file, and no more, as functions of its own.
static bool linkFile(llvm::Module &module, const std::string &folder, llvm::StringRef name,
                     Diagnostics &diagnostics) {
  const std::string path = folder + "/" + name.str() + ".bc";
  std::unique_ptr<llvm::MemoryBuffer> bytes = readFile(path, diagnostics);
  if (!bytes)
    return false;
  auto file = llvm::getOwningLazyBitcodeModule(std::move(bytes), module.getContext());
  if (!file) {
    diagnostics.error(Location(path), "this is no bitcode: " + llvm::toString(file.takeError()))
        .note("install mdc again");
    return false;
  }
  (*file)->setTargetTriple(module.getTargetTriple());
  (*file)->setDataLayout(module.getDataLayout());
  auto keep = [](llvm::Module &linked, const llvm::StringSet<> &names) {
    llvm::internalizeModule(linked, [&](const llvm::GlobalValue &value) {
      return !value.hasName() || !names.contains(value.getName());
    });
  };
  if (!llvm::Linker::linkModules(module, std::move(*file), llvm::Linker::Flags::LinkOnlyNeeded,
                                 keep))
    return true;
  diagnostics.error(Location(path), "cannot be linked into a kernel").note("this is a bug of mdc");
  return false;
}

// The oldest architecture decides what the optimizer may assume for all.
static bool optimizeForAll(llvm::Module &module, Diagnostics &diagnostics) {
  std::unique_ptr<llvm::TargetMachine> target = targetMachineOf(archs[0], diagnostics);
  if (!target)
    return false;
  llvm::internalizeModule(module, [](const llvm::GlobalValue &value) {
    auto *function = llvm::dyn_cast<llvm::Function>(&value);
    return function && function->getCallingConv() == llvm::CallingConv::PTX_Kernel;
  });
  optimize(module, *target, /*unroll=*/true);
  return true;
}

std::unique_ptr<llvm::Module> deviceModuleOf(mlir::ModuleOp module, const std::string &mainLoops,
                                             llvm::LLVMContext &context, Diagnostics &diagnostics) {
  mlir::DialectRegistry registry;
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  mlir::registerNVVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context, "region");
  if (!translated) {
    diagnostics.error("a lowered region cannot be translated to LLVM IR")
        .note("this is a bug of mdc");
    return nullptr;
  }
  std::unique_ptr<llvm::TargetMachine> target = targetMachineOf(archs[0], diagnostics);
  if (!target)
    return nullptr;
  translated->setTargetTriple(llvm::Triple(gpuTriple));
  translated->setDataLayout(target->createDataLayout());
  callMathFunctions(*translated);
  if (callsMainLoops(*translated))
    for (llvm::StringRef name : mainLoopFiles().drop_back(primitiveFiles))
      if (!linkFile(*translated, mainLoops, name, diagnostics))
        return nullptr;
  if (!isWhole(*translated, /*withPrimitives=*/false, diagnostics) ||
      !optimizeForAll(*translated, diagnostics))
    return nullptr;
  return translated;
}

bool addPrimitives(llvm::Module &module, const std::string &mainLoops, Diagnostics &diagnostics) {
  if (!callsMainLoops(module))
    return true;
  for (llvm::StringRef name : mainLoopFiles().take_back(primitiveFiles))
    if (!linkFile(module, mainLoops, name, diagnostics))
      return false;
  return isWhole(module, /*withPrimitives=*/true, diagnostics) &&
         optimizeForAll(module, diagnostics);
}

/// Kernels that an image lacks, see MdcCudaHome.
static void dropStrangers(llvm::Module &module, bool specific) {
  const llvm::StringRef other = specific ? lower::kGenericHome : lower::kSpecificHome;
  for (llvm::Function &function : llvm::make_early_inc_range(module))
    if (function.getFnAttribute(lower::kHomeAttr).getValueAsString() == other)
      function.eraseFromParent();
}

std::optional<std::string> ptxOf(const llvm::Module &module, const GpuArch &arch,
                                 Diagnostics &diagnostics) {
  std::unique_ptr<llvm::TargetMachine> target = targetMachineOf(arch, diagnostics);
  if (!target)
    return std::nullopt;
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module); // emission changes it
  dropStrangers(*copy, arch.isSpecific());
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager emission;
  if (target->addPassesToEmitFile(emission, stream, nullptr, llvm::CodeGenFileType::AssemblyFile)) {
    diagnostics.error("LLVM cannot write PTX");
    return std::nullopt;
  }
  emission.run(*copy);
  return text.str().str();
}

} // namespace mdc::codegen
