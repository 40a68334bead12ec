#include "compiler/lower/Passes.h"
#include "compiler/lower/RowIndependence.h"
#include "dialects/graph/Integers.h"
#include "dialects/graph/Shape.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_SPLITVARIANTS
#include "compiler/lower/Passes.h.inc"

namespace {

using Extents = SmallVector<int64_t>; // one for each open dimension; -1: stays open

/// Puts numbers for symbols into a function's types and attributes.
class Binding {
public:
  Binding(const Extents &extents, MLIRContext *context) : context(context) {
    for (auto [symbol, extent] : llvm::enumerate(extents))
      values.push_back(extent < 0 ? getAffineSymbolExpr(symbol, context)
                                  : getAffineConstantExpr(extent, context));
  }

  void apply(func::FuncOp function) const {
    AttrTypeReplacer replacer;
    replacer.addReplacement([&](RankedTensorType type) -> std::pair<Type, WalkResult> {
      if (!type.getEncoding())
        return {type, WalkResult::advance()};
      graph::Extents extents = graph::extentsOf(type);
      return {graph::tensorOf(bound(extents), type.getElementType()), WalkResult::skip()};
    });
    replacer.addReplacement([&](AffineMapAttr map) -> Attribute {
      return AffineMapAttr::get(graph::extentMap(bound(map.getValue().getResults()), context));
    });
    replacer.recursivelyReplaceElementsIn(function, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
    function.walk([](graph::ExtentsOp op) { foldExtents(op); });
  }

private:
  SmallVector<AffineExpr> bound(ArrayRef<AffineExpr> exprs) const {
    SmallVector<AffineExpr> result;
    for (AffineExpr expr : exprs)
      result.push_back(expr.replaceSymbols(values));
    return result;
  }

  /// A fold cannot do this: it gives what the op itself holds.
  static void foldExtents(graph::ExtentsOp op) {
    auto numbers =
        dyn_cast_or_null<ElementsAttr>(graph::integersAttr(op.getMap().getResults(), op.getType()));
    if (!numbers)
      return;
    OpBuilder builder(op);
    op.replaceAllUsesWith(graph::ConstantOp::create(builder, op.getLoc(), numbers).getResult());
    op.erase();
  }

  MLIRContext *context;
  SmallVector<AffineExpr> values;
};

struct SplitVariantsPass : impl::SplitVariantsBase<SplitVariantsPass> {
  void runOnOperation() override {
    for (func::FuncOp function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      auto asked = function->getAttrOfType<ArrayAttr>(graph::kVariantsAttr);
      if (!asked)
        continue;
      std::optional<SmallVector<Extents>> lists = listsOf(function, asked);
      if (!lists)
        return signalPassFailure();
      function->removeAttr(graph::kVariantsAttr);
      split(function, *lists);
    }
  }

private:
  /// The extents to compile for each open dimension; nothing after an error.
  static std::optional<SmallVector<Extents>> listsOf(func::FuncOp function, ArrayAttr asked) {
    auto largest = function->getAttrOfType<DenseI64ArrayAttr>(graph::kMaxAttr);
    SmallVector<Extents> lists;
    for (auto [symbol, value] : llvm::enumerate(asked)) {
      auto list = dyn_cast<DenseI64ArrayAttr>(value);
      if (!list || !largest || largest.size() != (int64_t)asked.size()) {
        function.emitError() << graph::kVariantsAttr << " is no array<i64> for each of "
                             << graph::kMaxAttr;
        return std::nullopt;
      }
      ArrayRef<int64_t> extents = list.asArrayRef();
      bool ascends = llvm::adjacent_find(extents, std::greater_equal<>()) == extents.end();
      if (!extents.empty() &&
          (!ascends || extents.front() < 1 || extents.back() > largest[symbol])) {
        function.emitError() << graph::kVariantsAttr << " of dimension " << symbol
                             << " do not ascend from 1 at least to " << largest[symbol]
                             << " at most";
        return std::nullopt;
      }
      lists.emplace_back(extents.begin(), extents.end());
    }
    return lists;
  }

  /// Dimensions whose rows depend on each other stay open.
  static void keepDependentOpen(func::FuncOp function, SmallVector<Extents> &lists) {
    auto names = function->getAttrOfType<ArrayAttr>(graph::kDimsAttr);
    for (auto [symbol, list] : llvm::enumerate(lists)) {
      if (list.empty())
        continue;
      std::optional<RowDependence> dependence = rowDependence(function, symbol);
      if (!dependence)
        continue;
      list.clear();
      InFlightDiagnostic remark = mlir::emitRemark(dependence->location);
      remark << "one variant takes every extent of ";
      if (names && symbol < names.size())
        remark << names[symbol];
      else
        remark << "dimension " << symbol;
      remark << ": " << dependence->reason;
    }
  }

  /// All choices of one extent for each dimension, in the order of the number of elements.
  static SmallVector<Extents> combinationsOf(ArrayRef<Extents> lists, ArrayRef<int64_t> largest) {
    SmallVector<Extents> combinations(1);
    for (const Extents &list : lists) {
      SmallVector<Extents> longer;
      for (const Extents &combination : combinations)
        for (int64_t extent : list.empty() ? Extents{-1} : list) {
          longer.push_back(combination);
          longer.back().push_back(extent);
        }
      combinations = std::move(longer);
    }
    auto sizeOf = [&](const Extents &extents) {
      double size = 1;
      for (auto [symbol, extent] : llvm::enumerate(extents))
        size *= double(extent < 0 ? largest[symbol] : extent);
      return size;
    };
    llvm::sort(combinations, [&](const Extents &a, const Extents &b) {
      return std::pair(sizeOf(a), a) < std::pair(sizeOf(b), b);
    });
    return combinations;
  }

  static void split(func::FuncOp function, SmallVector<Extents> lists) {
    keepDependentOpen(function, lists);
    if (llvm::all_of(lists, [](const Extents &list) { return list.empty(); }))
      return;
    auto largest = function->getAttrOfType<DenseI64ArrayAttr>(graph::kMaxAttr);
    OpBuilder builder(function);
    for (const Extents &extents : combinationsOf(lists, largest.asArrayRef())) {
      func::FuncOp variant = function.clone();
      std::string name = function.getSymName().str();
      for (int64_t extent : extents)
        name += extent < 0 ? "_open" : "_" + std::to_string(extent);
      variant.setSymName(name);
      Binding(extents, function.getContext()).apply(variant);
      variant->setAttr(graph::kVariantAttr, builder.getDenseI64ArrayAttr(extents));
      variant->setAttr(graph::kSignatureAttr, TypeAttr::get(function.getFunctionType()));
      builder.insert(variant);
    }
    function.erase();
  }
};

} // namespace
} // namespace mdc::lower
