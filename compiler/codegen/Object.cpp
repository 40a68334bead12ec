#include "compiler/codegen/Object.h"

#include "compiler/codegen/Optimize.h"
#include "compiler/support/Files.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

namespace mdc::codegen {

static constexpr llvm::StringLiteral targetTriple = "x86_64-unknown-linux-gnu";

/// LLVM shortens chains of integer additions by adding several terms before the sum, which are then
/// alive at once: tiles that fill the registers would spill.
static void keepOrderOfSums() {
  auto &options = llvm::cl::getRegisteredOptions();
  auto found = options.find("x86-machine-combiner");
  if (found != options.end())
    static_cast<llvm::cl::opt<bool> *>(found->second)->setValue(false);
}

static std::unique_ptr<llvm::TargetMachine>
targetMachineOf(const lower::Machine &machine, Position position, Diagnostics &diagnostics) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  keepOrderOfSums();
  std::string problem;
  llvm::Triple triple(targetTriple);
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, problem);
  if (!target) {
    diagnostics.error("LLVM cannot generate code for " + targetTriple + ": " + problem);
    return nullptr;
  }
  llvm::TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, machine.cpu, machine.features, options,
      position == Position::Fixed ? llvm::Reloc::Static : llvm::Reloc::PIC_, llvm::CodeModel::Small,
      llvm::CodeGenOptLevel::Aggressive));
}

/// What each function may use; the kernels of several levels meet in one executable.
static void setMachine(llvm::Module &module, const lower::Machine &machine) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.cpu);
    if (!machine.features.empty())
      function.addFnAttr("target-features", machine.features);
    function.addFnAttr("prefer-vector-width", std::to_string(machine.registerLanes * 32));
    function.addFnAttr(llvm::Attribute::NoUnwind);
  }
}

bool writeObject(llvm::Module &module, const lower::Machine &machine, Position position,
                 const std::string &path, Diagnostics &diagnostics) {
  std::unique_ptr<llvm::TargetMachine> target = targetMachineOf(machine, position, diagnostics);
  if (!target)
    return false;
  module.setTargetTriple(llvm::Triple(targetTriple));
  module.setDataLayout(target->createDataLayout());
  setMachine(module, machine);
  std::string problem;
  llvm::raw_string_ostream problemStream(problem);
  if (llvm::verifyModule(module, &problemStream)) {
    diagnostics.error("the generated code of " + module.getName() + " is not valid: " + problem)
        .note("this is a bug of mdc");
    return false;
  }
  optimize(module, *target, /*unroll=*/false);
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager emission;
  if (target->addPassesToEmitFile(emission, stream, nullptr, llvm::CodeGenFileType::ObjectFile)) {
    diagnostics.error("LLVM cannot write objects for " + targetTriple);
    return false;
  }
  emission.run(module);
  return writeFile(path, llvm::StringRef(object.data(), object.size()), diagnostics);
}

bool writeObject(mlir::ModuleOp module, const lower::Machine &machine, const std::string &path,
                 Diagnostics &diagnostics) {
  mlir::DialectRegistry registry;
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context, "region");
  if (!translated) {
    diagnostics.error("a lowered region cannot be translated to LLVM IR")
        .note("this is a bug of mdc");
    return false;
  }
  return writeObject(*translated, machine, Position::Fixed, path, diagnostics);
}

} // namespace mdc::codegen
