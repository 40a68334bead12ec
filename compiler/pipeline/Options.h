// Each stage's own options, filled in from the spec: no stage but this one sees the spec.
#pragma once

#include "compiler/codegen/Target.h"
#include "compiler/compress/Compress.h"
#include "compiler/import/Import.h"
#include "compiler/package/Manifest.h"
#include "compiler/plan/Fingerprint.h"
#include "compiler/program/Program.h"
#include "compiler/spec/Spec.h"

#include <vector>

namespace mdc::pipeline {

importer::ImportOptions importOptionsOf(const spec::Spec &spec);

compress::Options compressOptionsOf(const spec::Spec &spec, const codegen::Target &target);

/// The dimensions that stay open, in the order of the imported model's symbols.
std::vector<program::Dim> openDimsOf(const spec::Spec &spec,
                                     llvm::ArrayRef<std::string> symbolNames);

/// What kernels are compiled for. Those that multiply no bytes gain nothing from vnni and run at v4
/// there, which vnni therefore asks for too; see lower::levelsFor.
codegen::Target cpuTargetOf(const spec::Spec &spec);
/// The architecture of the spec whose machine code asks for the newest ptxas.
codegen::GpuArch newestArchOf(const spec::Spec &spec);
/// `ptxas`: its path; empty: there is none.
codegen::Target cudaTargetOf(const spec::Spec &spec, const std::string &ptxas);

/// All of the manifest that spec and target decide; the model's part stays empty.
package::Manifest manifestOf(const spec::Spec &spec, const codegen::Target &target);

/// Everything of the spec that decides kernels, weights and tables. What it leaves out ([serve],
/// [package], names) may change without any of them being made again.
void addToFingerprint(const spec::Spec &spec, const codegen::Target &target,
                      plan::Fingerprint &fingerprint);

} // namespace mdc::pipeline
