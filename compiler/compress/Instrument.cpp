#include "compiler/compress/Calibration.h"
#include "compiler/compress/Layers.h"
#include "compiler/compress/LeastSquares.h"
#include "compiler/compress/Passes.h"
#include "dialects/graph/Graph.h"
#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_INSTRUMENT
#include "compiler/compress/Passes.h.inc"

namespace {

/// Builds X^T X of what a layer reads, at the place of `builder`.
class GramBuilder {
public:
  GramBuilder(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  Value of(Operation *layer) {
    if (auto conv = dyn_cast<graph::ConvOp>(layer))
      return ofColumns(columnsOf(conv));
    return ofRows(cast<graph::MatmulOp>(layer).getLhs());
  }

private:
  static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

  Value reshaped(Value value, ArrayRef<AffineExpr> extents) {
    RankedTensorType type = graph::tensorOf(extents, typeOf(value).getElementType());
    return graph::ReshapeOp::create(builder, loc, type, value);
  }

  Value summedOverBatches(Value value) {
    int64_t rank = typeOf(value).getRank();
    SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank - 2));
    if (!axes.empty())
      value = graph::ReduceOp::create(builder, loc, graph::ReduceKind::Sum, value, axes);
    graph::Extents extents = graph::extentsOf(typeOf(value));
    return axes.empty() ? value : reshaped(value, ArrayRef(extents).take_back(2));
  }

  /// `rows` is [..., rows, depth].
  Value ofRows(Value rows) {
    int64_t rank = typeOf(rows).getRank();
    SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    std::swap(order[rank - 1], order[rank - 2]);
    Value columns = graph::TransposeOp::create(builder, loc, rows, order);
    return summedOverBatches(graph::MatmulOp::create(builder, loc, columns, rows,
                                                     /*transposeLhs=*/false,
                                                     /*transposeRhs=*/false));
  }

  /// `columns` is [batch, depth, positions].
  Value ofColumns(Value columns) {
    return summedOverBatches(graph::MatmulOp::create(builder, loc, columns, columns,
                                                     /*transposeLhs=*/false,
                                                     /*transposeRhs=*/true));
  }

  /// The windows of a convolution: [batch, channels * kernel, positions].
  Value columnsOf(graph::ConvOp conv) {
    Value input = padded(conv);
    graph::Extents extents = graph::extentsOf(typeOf(conv.getResult()));
    MLIRContext *context = conv.getContext();
    AffineExpr channels = graph::extentsOf(typeOf(input))[1];
    AffineExpr positions = graph::elementCount(ArrayRef(extents).drop_front(2), context);
    ArrayRef<int64_t> kernel = conv.getWeight().getType().getShape().drop_front(2);
    AffineExpr one = getAffineConstantExpr(1, context);
    SmallVector<Value> windows;
    SmallVector<int64_t> at(kernel.size(), 0);
    do {
      Value window = sliceAt(conv, input, at);
      windows.push_back(reshaped(window, {extents[0], channels, one, positions}));
    } while (next(at, kernel));
    Value all = windows.size() == 1
                    ? windows.front()
                    : Value(graph::ConcatOp::create(builder, loc, windows, /*axis=*/2));
    AffineExpr depth = channels * getAffineConstantExpr(int64_t(windows.size()), context);
    return reshaped(all, {extents[0], depth, positions});
  }

  /// Row-major, the last axis fastest. False behind the last position.
  static bool next(MutableArrayRef<int64_t> at, ArrayRef<int64_t> kernel) {
    for (size_t axis = at.size(); axis-- > 0;) {
      if (++at[axis] < kernel[axis])
        return true;
      at[axis] = 0;
    }
    return false;
  }

  Value padded(graph::ConvOp conv) {
    ArrayRef<int64_t> pads = conv.getPads();
    if (llvm::all_of(pads, [](int64_t width) { return width == 0; }))
      return conv.getInput();
    SmallVector<int64_t> low = {0, 0}, high = {0, 0};
    llvm::append_range(low, pads.take_front(pads.size() / 2));
    llvm::append_range(high, pads.take_back(pads.size() / 2));
    auto scalar = RankedTensorType::get({}, builder.getF32Type());
    auto zero = cast<ElementsAttr>(Attribute(DenseElementsAttr::get(scalar, 0.0f)));
    Value border = graph::ConstantOp::create(builder, loc, scalar, zero);
    return graph::PadOp::create(builder, loc, graph::PadKind::Constant, conv.getInput(), border,
                                low, high);
  }

  /// What the kernel's position `at` sees, for every position of the output.
  Value sliceAt(graph::ConvOp conv, Value input, ArrayRef<int64_t> at) {
    MLIRContext *context = conv.getContext();
    graph::Extents extents = graph::extentsOf(typeOf(conv.getResult()));
    extents[1] = graph::extentsOf(typeOf(input))[1];
    SmallVector<AffineExpr> starts(2, getAffineConstantExpr(0, context));
    SmallVector<int64_t> steps(2, 1);
    for (auto [position, dilation] : llvm::zip_equal(at, conv.getDilations()))
      starts.push_back(getAffineConstantExpr(position * dilation, context));
    llvm::append_range(steps, conv.getStrides());
    return graph::SliceOp::create(
        builder, loc, graph::tensorOf(extents, typeOf(input).getElementType()), input,
        AffineMapAttr::get(graph::extentMap(starts, context)), builder.getDenseI64ArrayAttr(steps));
  }

  OpBuilder &builder;
  Location loc;
};

struct InstrumentPass : impl::InstrumentBase<InstrumentPass> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp main = getOperation();
    if (main.getBody().getBlocks().size() != 1) {
      main.emitError("has more than one block, expected a graph");
      return signalPassFailure();
    }
    SmallVector<Value> results;
    SmallVector<std::string> names;
    if (ranges)
      for (const Observation &seen : observations(main)) {
        results.push_back(seen.value);
        names.push_back("range/" + std::to_string(seen.channelAxis) + "/" + seen.key);
      }
    Operation *terminator = main.getBody().front().getTerminator();
    OpBuilder builder(terminator);
    if (grams)
      for (const GramObservation &seen : gramObservations(main, kLargestDepth)) {
        results.push_back(GramBuilder(builder, seen.layer->getLoc()).of(seen.layer));
        names.push_back("sum/" + seen.key);
      }
    terminator->setOperands(results);
    main.setFunctionType(
        builder.getFunctionType(main.getArgumentTypes(), TypeRange(ValueRange(results))));
    SmallVector<DictionaryAttr> attributes;
    for (const std::string &name : names)
      attributes.push_back(builder.getDictionaryAttr(
          builder.getNamedAttr("graph.name", builder.getStringAttr(name))));
    main.setAllResultAttrs(attributes);
  }
};

} // namespace
} // namespace mdc::compress
