// What a deploy.toml must fulfil before anything is built from it.
#pragma once

#include "compiler/spec/Spec.h"
#include "compiler/spec/SpecTree.h"

namespace mdc::spec {

/// Holds every value against its row of SpecKeys: known, of the right type and range, built.
void checkKeys(const Node &root, const std::string &path, Diagnostics &diagnostics);

/// The rules that need more than one value, or the file system: required keys, names, digests,
/// files.
void checkRules(const Spec &spec, const Node &root, Diagnostics &diagnostics);

/// Those of [compress] and [accuracy].
void checkCompression(const Spec &spec, const Node &root, Diagnostics &diagnostics);

} // namespace mdc::spec
