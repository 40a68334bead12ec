// `info` and `verify`: what the binary holds and whether it is whole.
#include "runtime/exec/Binding.h"
#include "runtime/tool/Commands.h"

#include <cstdio>

namespace mdc::tool {
namespace {

void printSignatures(const char *title, const MdcModel &model, const MdcSignature *signatures,
                     uint32_t count) {
  std::printf("%s\n", title);
  for (uint32_t index = 0; index < count; ++index)
    std::printf("  %s  %s %s\n", signatures[index].name,
                exec::typeName(signatures[index].type).data(),
                exec::signatureShape(model, signatures[index]).c_str());
}

void printDims(const MdcModel &model) {
  if (model.dimCount > 0)
    std::printf("dimensions\n");
  for (uint32_t dim = 0; dim < model.dimCount; ++dim) {
    const MdcDim &facts = model.dims[dim];
    std::printf("  %s  %lld to %lld\n", facts.name, static_cast<long long>(facts.min),
                static_cast<long long>(facts.max));
  }
}

} // namespace

int info(const Binary &binary, bool json) {
  if (json) {
    std::printf("%.*s\n", static_cast<int>(binary.model.manifest().size()),
                binary.model.manifest().data());
    return done;
  }
  const MdcModel &model = binary.model.table();
  const exec::Manifest &manifest = binary.manifest;
  std::printf("%s %s\n", manifest.name.c_str(), manifest.version.c_str());
  printSignatures("inputs", model, model.inputs, model.inputCount);
  printSignatures("outputs", model, model.outputs, model.outputCount);
  printDims(model);
  std::printf("weights  %llu bytes\n", static_cast<unsigned long long>(model.weightBytes));
  std::printf("variants  %u, regions  %u\n", model.variantCount, model.regionCount);
  std::printf("%s\n", exec::describeCode(model).c_str());
  if (!manifest.accuracy.empty())
    std::printf("accuracy  %s\n", manifest.accuracy.c_str());
  if (!manifest.sourceSha256.empty())
    std::printf("source  sha256:%s\n", manifest.sourceSha256.c_str());
  std::printf("built by  mdc %s for %s\n", manifest.mdcVersion.c_str(), manifest.target.c_str());
  return done;
}

int verify(const exec::Model &model) {
  std::string error;
  if (!model.verify(error))
    return fail(verifyFailed, error, "copy or build the binary again");
  std::printf("ok: program, weights and manifest match their digests\n");
  return done;
}

} // namespace mdc::tool
