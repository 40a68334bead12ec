#include "compiler/pipeline/CompileRegion.h"

#include "compiler/codegen/CudaTable.h"
#include "compiler/codegen/Object.h"
#include "compiler/lower/Lower.h"
#include "compiler/lower/gpu/LowerGpuRegion.h"
#include "compiler/pipeline/MlirErrors.h"
#include "compiler/program/Program.h"
#include "compiler/support/Files.h"
#include "compiler/support/Subprocess.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

namespace mdc::pipeline {

namespace {

/// The module of a region's file, in a context of its own.
class RegionFile {
public:
  RegionFile(const std::string &path, Diagnostics &diagnostics)
      : context_(registry(), mlir::MLIRContext::Threading::DISABLED),
        errors_(&context_, path, diagnostics) {
    context_.loadAllAvailableDialects();
    std::unique_ptr<llvm::MemoryBuffer> text = readFile(path, diagnostics);
    if (text)
      module_ = mlir::parseSourceString<mlir::ModuleOp>(text->getBuffer(), &context_, path);
    if (module_ && !kernel())
      diagnostics.error(mdc::Location(path), "there is no function 'kernel'");
  }

  /// Null after an error.
  mlir::func::FuncOp kernel() {
    return module_ ? module_->lookupSymbol<mlir::func::FuncOp>("kernel") : mlir::func::FuncOp();
  }

private:
  static const mlir::DialectRegistry &registry() {
    static const mlir::DialectRegistry all = [] {
      mlir::DialectRegistry made;
      lower::registerDialects(made);
      return made;
    }();
    return all;
  }

  mlir::MLIRContext context_;
  MlirErrors errors_;
  mlir::OwningOpRef<mlir::ModuleOp> module_;
};

} // namespace

static std::string regionNameOf(const std::string &path) {
  return llvm::sys::path::stem(path).str();
}

bool compileRegionFile(const std::string &path, const lower::Machine &level,
                       const std::string &objectPath, Diagnostics &diagnostics) {
  RegionFile file(path, diagnostics);
  if (!file.kernel())
    return false;
  auto lowered = lower::lowerRegion(file.kernel(), level,
                                    program::entrySymbol(regionNameOf(path), level.name));
  return lowered && codegen::writeObject(*lowered, level, objectPath, diagnostics);
}

/// What ptxas made of a file; none after one error. A program that fails without a word on the
/// code is none of the code's fault.
static std::unique_ptr<llvm::MemoryBuffer> assembled(const std::vector<std::string> &words,
                                                     Diagnostics &diagnostics) {
  Diagnostics silent(nullptr);
  auto ran = capture(words, silent);
  if (ran && ran->exitCode != 0 && !llvm::StringRef(ran->output).trim().empty()) {
    diagnostics.error("ptxas refuses the code: " + ran->output).note("this is a bug of mdc");
    return nullptr;
  }
  std::unique_ptr<llvm::MemoryBuffer> code;
  if (ran && ran->exitCode == 0)
    code = readFile(words.back(), silent);
  if (code)
    return code;
  const std::string reason = !ran            ? silent.all().back().message
                             : ran->exitCode ? "'" + words[0] + "' failed without a word"
                                             : "'" + words[0] + "' wrote no machine code";
  PendingDiagnostic error = diagnostics.error(llvm::Twine(assemblerFailed) + reason);
  if (!ran)
    for (const std::string &note : silent.all().back().notes)
      error.note(note);
  return nullptr;
}

/// What changes where another ptxas comes to lie at the same path.
static std::string identityOf(const std::string &program) {
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(program, status))
    return program;
  return llvm::formatv("{0} of {1} bytes, {2}", program, status.getSize(),
                       llvm::sys::toTimeT(status.getLastModificationTime()));
}

/// Machine code of PTX; none after one error. Both stay beside the object, so that a build for
/// other architectures assembles what is new alone.
static std::optional<std::string> assemble(const std::string &ptx, const codegen::GpuArch &arch,
                                           const std::string &ptxas, const std::string &objectPath,
                                           Diagnostics &diagnostics) {
  llvm::StringRef base = objectPath;
  base.consume_back(".o");
  const std::string source = (base + "." + arch.name + ".ptx").str(),
                    result = (base + "." + arch.name + ".cubin").str(), part = result + ".part";
  const std::string text = "// for " + identityOf(ptxas) + "\n" + ptx;
  Diagnostics silent(nullptr);
  auto assembledText = readFile(source, silent);
  if (assembledText && assembledText->getBuffer() == text)
    if (auto code = readFile(result, silent))
      return code->getBuffer().str();
  llvm::sys::fs::remove(result); // that of another text
  if (!writeFile(source, text, diagnostics))
    return std::nullopt;
  std::unique_ptr<llvm::MemoryBuffer> code =
      assembled({ptxas, "-arch=" + arch.name.str(), "-O3", source, "-o", part}, diagnostics);
  if (!code)
    return std::nullopt;
  llvm::sys::fs::rename(part, result);
  return code->getBuffer().str();
}

static bool addImage(const llvm::Module &module, const codegen::GpuArch &arch,
                     const std::string &ptxas, const std::string &objectPath,
                     std::vector<codegen::GpuImage> &images, Diagnostics &diagnostics) {
  std::optional<std::string> code = codegen::ptxOf(module, arch, diagnostics);
  codegen::GpuImage image;
  llvm::StringRef number = arch.name.drop_front(3); // behind "sm_"
  number.consume_back("a");
  image.specific = arch.isSpecific();
  number.getAsInteger(10, image.arch);
  if (code && !ptxas.empty()) {
    image.machineCode = true;
    code = assemble(*code, arch, ptxas, objectPath, diagnostics);
  }
  if (!code)
    return false;
  image.bytes = std::move(*code);
  images.push_back(std::move(image));
  return true;
}

bool compileGpuRegionFile(const std::string &path, const codegen::Target &target,
                          const GpuOutputs &outputs, Diagnostics &diagnostics) {
  RegionFile file(path, diagnostics);
  if (!file.kernel())
    return false;
  const std::string region = regionNameOf(path);
  std::optional<lower::GpuRegion> lowered = lower::lowerGpuRegion(file.kernel(), region);
  if (!lowered)
    return false;
  llvm::LLVMContext context;
  auto module = codegen::deviceModuleOf(*lowered->module, target.mainLoops, context, diagnostics);
  if (!module)
    return false;
  std::string code;
  llvm::raw_string_ostream stream(code);
  llvm::WriteBitcodeToFile(*module, stream);
  if (!codegen::addPrimitives(*module, target.mainLoops, diagnostics))
    return false;
  std::vector<codegen::GpuImage> images;
  if (!target.ptxas.empty())
    for (const codegen::GpuArch &arch : target.archs)
      if (!addImage(*module, arch, target.ptxas, outputs.object, images, diagnostics))
        return false;
  for (const codegen::GpuArch &arch : target.ptxArchs())
    if (!addImage(*module, arch, "", outputs.object, images, diagnostics))
      return false;
  return writeFile(outputs.deviceCode, code, diagnostics) &&
         codegen::writeGpuImages(region, images, outputs.object, diagnostics);
}

} // namespace mdc::pipeline
