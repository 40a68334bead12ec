// Prints what the importer makes of a model, for tests:
//   mdc-import MODEL.onnx [--dim NAME=EXTENT] [--dim 'NAME<=MAX'] [--count] [--ops] [--all]
#include "compiler/import/Import.h"
#include "compiler/support/ExitCode.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mdc;
using importer::ImportOptions;

namespace {

struct CommandLine {
  std::string file;
  ImportOptions options;
  bool countsOps = false;
  bool listsSupported = false;
  bool printsAll = false; ///< generic form, with every constant's elements
};

bool parseDim(llvm::StringRef text, ImportOptions &options) {
  ImportOptions::Dim dim;
  size_t sign = text.rfind('=');
  if (sign == llvm::StringRef::npos || text.drop_front(sign + 1).getAsInteger(10, dim.max))
    return false;
  llvm::StringRef name = text.take_front(sign);
  dim.open = name.consume_back("<");
  dim.min = dim.open ? 1 : dim.max;
  dim.name = name.str();
  options.dims.push_back(dim);
  return true;
}

std::optional<CommandLine> parse(llvm::ArrayRef<const char *> words) {
  CommandLine line;
  for (size_t i = 0; i < words.size(); ++i) {
    llvm::StringRef word = words[i];
    if (word == "--count")
      line.countsOps = true;
    else if (word == "--ops")
      line.listsSupported = true;
    else if (word == "--all")
      line.printsAll = true;
    else if (word == "--dim" && i + 1 < words.size() && parseDim(words[i + 1], line.options))
      ++i;
    else if (!word.starts_with("-") && line.file.empty())
      line.file = word.str();
    else
      return std::nullopt;
  }
  return line.file.empty() && !line.listsSupported ? std::nullopt : std::optional(line);
}

void printCounts(mlir::ModuleOp module) {
  std::map<std::string, int> counts;
  module.walk([&](mlir::Operation *op) { ++counts[op->getName().getStringRef().str()]; });
  for (auto &[name, count] : counts)
    llvm::outs() << count << " " << name << "\n";
}

mlir::OpPrintingFlags printingFlags(const CommandLine &line) {
  mlir::OpPrintingFlags flags;
  if (line.printsAll)
    return flags.printGenericOpForm();
  return flags.elideLargeElementsAttrs(64).elideLargeResourceString(64);
}

} // namespace

int main(int count, char **words) {
  auto line = parse(llvm::ArrayRef<const char *>(words, count).drop_front());
  if (!line) {
    llvm::errs() << "usage: mdc-import MODEL.onnx [--dim NAME=EXTENT] [--dim 'NAME<=MAX'] "
                    "[--count] [--ops] [--all]\n";
    return ExitUsage;
  }
  if (line->listsSupported) {
    llvm::outs() << llvm::join(importer::supportedOps(), "\n") << "\n";
    return ExitDone;
  }
  Diagnostics diagnostics;
  auto model = importer::OnnxModel::load(line->file, diagnostics);
  if (!model)
    return ExitBadInput;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = importer::importModel(*model, line->options, &context, diagnostics);
  if (!module)
    return ExitBadInput;
  if (line->countsOps)
    printCounts(*module);
  else
    module->print(llvm::outs(), printingFlags(*line));
  return ExitDone;
}
