#include "dialects/graph/Graph.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

#include "dialects/graph/GraphDialect.cpp.inc"
#include "dialects/graph/GraphEnums.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/graph/GraphOps.cpp.inc"

using namespace mlir;

namespace mdc::graph {

void GraphDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/GraphOps.cpp.inc"
      >();
}

Operation *GraphDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                             Location location) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return nullptr;
  if (auto map = dyn_cast<AffineMapAttr>(value))
    return ExtentsOp::create(builder, location, tensor, map);
  if (auto elements = dyn_cast<ElementsAttr>(value))
    return ConstantOp::create(builder, location, tensor, elements);
  return nullptr;
}

} // namespace mdc::graph
