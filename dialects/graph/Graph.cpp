#include "dialects/graph/Graph.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/Support/Format.h"

// A list of numbers that reads back bit for bit: DenseF64ArrayAttr's own text keeps seven digits,
// and kernels are compiled from text.
static mlir::ParseResult parseExactNumbers(mlir::OpAsmParser &parser,
                                           mlir::DenseF64ArrayAttr &attr) {
  llvm::SmallVector<double> numbers;
  auto one = [&] { return parser.parseFloat(numbers.emplace_back()); };
  if (parser.parseCommaSeparatedList(mlir::AsmParser::Delimiter::Square, one))
    return mlir::failure();
  attr = mlir::DenseF64ArrayAttr::get(parser.getContext(), numbers);
  return mlir::success();
}

static void printExactNumbers(mlir::OpAsmPrinter &printer, mlir::Operation *,
                              mlir::DenseF64ArrayAttr attr) {
  printer << '[';
  llvm::interleaveComma(attr.asArrayRef(), printer.getStream(), [&](double number) {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%e", number);
    if (std::strtod(text.c_str(), nullptr) == number)
      printer << text;
    else
      printer.getStream() << llvm::format("%.16e", number);
  });
  printer << ']';
}

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

bool carriesElements(Operation *op) {
  if (auto pool = dyn_cast<PoolOp>(op))
    return pool.getKind() == PoolKind::Max;
  if (auto resize = dyn_cast<ResizeOp>(op))
    return resize.getKind() != ResizeKind::Linear;
  return isa<ReshapeOp, TransposeOp, SliceOp, BroadcastOp, GatherOp, GatherElementsOp, GatherNdOp,
             ConcatOp>(op);
}

OperandRange carriedOperands(Operation *op) {
  return op->getOperands().take_front(isa<ConcatOp>(op) ? op->getNumOperands() : 1);
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
