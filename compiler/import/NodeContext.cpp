#include "compiler/import/NodeContext.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Twine.h"

#include <set>

using namespace mlir;

namespace mdc::importer {

Value NodeContext::input(size_t index) {
  if (has(index))
    return operands[index];
  fail("input " + Twine(index) + " is left out, expected a tensor");
  return {};
}

int64_t NodeContext::integer(StringRef name, int64_t otherwise) const {
  const Attribute *found = node.attribute(name);
  return found && found->kind == Attribute::Kind::Int ? found->integer : otherwise;
}

double NodeContext::number(StringRef name, double otherwise) const {
  const Attribute *found = node.attribute(name);
  return found && found->kind == Attribute::Kind::Float ? found->number : otherwise;
}

StringRef NodeContext::text(StringRef name, StringRef otherwise) const {
  const Attribute *found = node.attribute(name);
  return found && found->kind == Attribute::Kind::String ? found->text : otherwise;
}

std::optional<Integers> NodeContext::integersAttribute(StringRef name) const {
  const Attribute *found = node.attribute(name);
  if (!found || found->kind != Attribute::Kind::Ints)
    return std::nullopt;
  return Integers(found->integers.begin(), found->integers.end());
}

std::optional<int64_t> NodeContext::checkedAxis(int64_t axis, int64_t rank) {
  if (axis >= -rank && axis < rank)
    return axis < 0 ? axis + rank : axis;
  fail("axis is " + Twine(axis) + ", expected " + Twine(-rank) + " to " + Twine(rank - 1));
  return std::nullopt;
}

std::optional<int64_t> NodeContext::axis(StringRef name, int64_t otherwise, int64_t rank) {
  return checkedAxis(integer(name, otherwise), rank);
}

std::optional<Integers> NodeContext::checkedAxes(ArrayRef<int64_t> axes, int64_t rank) {
  Integers result;
  for (int64_t axis : axes) {
    auto checked = checkedAxis(axis, rank);
    if (!checked)
      return std::nullopt;
    result.push_back(*checked);
  }
  llvm::sort(result);
  if (std::adjacent_find(result.begin(), result.end()) != result.end()) {
    fail("an axis is listed twice, expected each once");
    return std::nullopt;
  }
  return result;
}

static const char *const kMakeItConstant =
    "make it a constant of the model, or compute it from the inputs' shapes alone";

// The op behind a value that has known operands alone and yet is not known; null when the value
// depends on an input of the model.
static Operation *firstUnknown(Value value, llvm::SmallPtrSetImpl<Operation *> &seen,
                               bool &isData) {
  Operation *op = value.getDefiningOp();
  isData |= !op;
  if (!op || isa<graph::ConstantOp, graph::ExtentsOp>(op) || !seen.insert(op).second)
    return nullptr;
  Operation *first = nullptr;
  for (Value operand : op->getOperands())
    if (Operation *found = firstUnknown(operand, seen, isData); found && !first)
      first = found;
  return first ? first : op;
}

// "'rows', 'columns'": the dimensions in the op's operands; empty when they are all fixed.
static std::string dimsReadBy(Operation *op, ArrayRef<std::string> dimNames) {
  std::set<std::string> names;
  for (Value operand : op->getOperands())
    for (AffineExpr extent : graph::integersOf(operand).value_or(SmallVector<AffineExpr>()))
      extent.walk([&](AffineExpr part) {
        if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
          names.insert("'" + dimNames[symbol.getPosition()] + "'");
      });
  return llvm::join(names, ", ");
}

void NodeContext::failUnknown(Value value, const Twine &what) {
  if (auto extents = graph::integersOf(value)) {
    std::vector<std::string> texts;
    for (AffineExpr extent : *extents)
      texts.push_back(textOf(extent));
    fail(what + " is " + llvm::join(texts, ", ") + ", expected numbers that are fixed",
         "give these dimensions one extent in [model.dims]");
    return;
  }
  llvm::SmallPtrSet<Operation *, 16> seen;
  bool isData = false;
  Operation *first = firstUnknown(value, seen, isData);
  auto location = first ? dyn_cast<NameLoc>(first->getLoc()) : NameLoc();
  if (isData || !location) {
    fail("the shape depends on data: " + what + " is computed while the model runs",
         kMakeItConstant);
    return;
  }
  std::string node =
      ("node '" + location.getName().getValue() + "' (" + first->getName().stripDialect() + ")")
          .str();
  std::string dims = dimsReadBy(first, dimNames);
  if (dims.empty())
    fail(what + " is computed from constants by " + node + ", which the compiler does not compute",
         kMakeItConstant);
  else
    fail(what + " follows from " + dims + " by " + node +
             ", which is computed for fixed extents alone",
         "give " + dims +
             " one extent in [model.dims], or export a shape that is computed by "
             "sums, products and quotients of integers");
}

std::optional<SmallVector<AffineExpr>> NodeContext::shapeInput(size_t index, StringRef what) {
  Value value = input(index);
  if (!value)
    return std::nullopt;
  auto exprs = graph::integersOf(value);
  if (!exprs)
    failUnknown(value, what);
  return exprs;
}

std::optional<Integers> NodeContext::constantInput(size_t index, StringRef what) {
  Value value = input(index);
  if (!value)
    return std::nullopt;
  auto values = graph::constantsOf(value);
  if (!values) {
    failUnknown(value, what);
    return std::nullopt;
  }
  return Integers(values->begin(), values->end());
}

std::optional<Integers> NodeContext::listAttributeOrInput(StringRef name, size_t index) {
  if (auto list = integersAttribute(name))
    return list;
  if (!has(index))
    return std::nullopt;
  return constantInput(index, name);
}

std::optional<SmallVector<double>> NodeContext::constantNumbers(size_t index, StringRef what) {
  Value value = input(index);
  if (!value)
    return std::nullopt;
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  auto dense =
      constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : DenseFPElementsAttr();
  if (!dense) {
    failUnknown(value, what);
    return std::nullopt;
  }
  SmallVector<double> numbers;
  for (APFloat number : dense.getValues<APFloat>()) {
    bool inexact = false;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
    numbers.push_back(number.convertToDouble());
  }
  return numbers;
}

// "'batch' = 1" or, for two dimensions, "'rows' = 1 and 'columns' = 4, 'rows' = 2 and ...".
static std::string valuesText(const Agreement &agreement, ArrayRef<std::string> dimNames) {
  std::vector<std::string> texts;
  for (ArrayRef<int64_t> example : agreement.examples) {
    std::vector<std::string> values;
    for (auto [name, value] : llvm::zip(agreement.names, example))
      values.push_back("'" + dimNames[name] + "' = " + std::to_string(value));
    texts.push_back(llvm::join(values, " and "));
  }
  return llvm::join(texts, ", or ") + (agreement.moreExamples ? ", or ..." : "");
}

bool NodeContext::agree(AffineExpr a, AffineExpr b, const Twine &message, const Twine &orElse) {
  Agreement found = agreement(a, b);
  if (found.kind == Agreement::Kind::Always)
    return true;
  equalDims = found.equalSymbols;
  std::string note;
  if (found.kind == Agreement::Kind::Sometimes)
    note = "that holds only where " + valuesText(found, dimNames) +
           ": bind such an extent in [model.dims]" + orElse.str();
  else if (found.kind == Agreement::Kind::Unknown)
    note =
        "bind '" + dimNames[found.names.front()] + "' to one number in [model.dims]" + orElse.str();
  else if (!graph::constantOf(a) || !graph::constantOf(b))
    note = "they agree for no extent that [model.dims] allows";
  fail(message, note);
  return false;
}

Values NodeContext::fail(const Twine &message, const Twine &note) {
  if (problem.empty()) {
    problem = message.str();
    wayOut = note.str();
  }
  return {};
}

} // namespace mdc::importer
