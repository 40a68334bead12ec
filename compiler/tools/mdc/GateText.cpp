#include "compiler/tools/mdc/GateText.h"

#include "compiler/tools/mdc/TextTable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

namespace mdc::tools {

static std::string text(const char *form, double value) {
  std::string shown;
  llvm::raw_string_ostream(shown) << llvm::format(form, value);
  return shown;
}

void printAccuracy(const pipeline::AccuracyReport &accuracy, llvm::raw_ostream &out) {
  out << "  " << accuracy.metric << ' '
      << (accuracy.value ? text("%.6g", *accuracy.value) : "not measured");
  if (accuracy.uncompressed)
    out << ", without compression " << text("%.6g", *accuracy.uncompressed);
  out << '\n';
  if (!accuracy.repaired.empty())
    out << "  repaired from " << text("%.6g", accuracy.valueBefore) << " and "
        << bytesText(accuracy.weightBytesBefore) << " of weights by leaving "
        << llvm::join(accuracy.repaired, ", ") << " as in the model\n";
}

void printCulprits(const pipeline::AccuracyReport &accuracy, llvm::raw_ostream &out) {
  if (accuracy.culprits.empty())
    return;
  TextTable table({{"layer"}, {"type"}, {"zeros", true}, {"SQNR", true}, {"costs", true}});
  for (const pipeline::LayerContribution &layer : accuracy.culprits)
    table.add({layer.name, layer.precision, text("%.1f %%", 100 * layer.sparsity),
               layer.sqnrDb ? text("%.1f dB", *layer.sqnrDb) : "-",
               layer.gain ? text("%.6g", *layer.gain) : "-"});
  out << "what each layer costs in " << accuracy.metric
      << ", measured with that one as in the model; - is a part of a group:\n";
  table.print(out);
}

} // namespace mdc::tools
