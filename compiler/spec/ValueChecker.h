// One value against its row of SpecKeys.
#pragma once

#include "compiler/spec/SpecKeys.h"
#include "compiler/spec/SpecTree.h"

namespace mdc::spec {

/// Which value is being checked, and where to say what is wrong with it.
struct ValueContext {
  const std::string &file;
  std::string dottedPath;
  const Key &key;
  Diagnostics &diagnostics;

  Location at(const Node &node) const { return {file, node.position, node.widthInColumns}; }
};

/// Type, range and form; one error for each thing that is wrong.
void checkValue(const ValueContext &context, const Node &value);

/// "'serve.http' is 12, expected ..."
void reportWrongValue(const ValueContext &context, const Node &value);

} // namespace mdc::spec
