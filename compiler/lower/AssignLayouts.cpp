#include "compiler/lower/Layout.h"
#include "compiler/lower/Machine.h"
#include "compiler/lower/Packing.h"
#include "compiler/lower/Passes.h"
#include "compiler/lower/Roots.h"
#include "compiler/lower/SparseCost.h"
#include "compiler/lower/gpu/GpuConvShape.h"
#include "compiler/lower/gpu/MainLoops.h"
#include "compiler/lower/kernels/Conv.h"
#include "compiler/lower/kernels/Matmul.h"
#include "compiler/lower/kernels/SparseConv.h"
#include "compiler/lower/kernels/SparseMatmul.h"
#include "compiler/lower/kernels/SparsePlane.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "compiler/lower/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Operation *rootOf(graph::FusedOp fused) {
  for (Operation &op : fused.getBody().front())
    if (isRoot(&op))
      return &op;
  return nullptr;
}

bool sameShape(Value a, Value b) {
  return graph::extentsOf(typeOf(a)) == graph::extentsOf(typeOf(b));
}

// Channels in vectors, spatial axes behind them.
bool hasChannels(Value value) {
  return typeOf(value).getRank() >= 3 && !typeOf(value).isDynamicDim(1);
}

// Between convolutions and what follows them channels lie together: in blocks of 16 on a CPU, all
// of them on a GPU.
class Assignment {
public:
  Assignment(func::FuncOp function, bool gpu) : function_(function), gpu_(gpu) {}

  void run(bool plain) {
    if (!plain)
      for (Operation &op : llvm::make_early_inc_range(function_.front()))
        visit(&op);
    packSparseConvs();
    function_.walk([&](graph::FusedOp fused) { writeAttribute(fused); });
  }

private:
  // Main loops copy 16 bytes at a time, of windows that are written row-major too.
  void padWeightRows(graph::ConvOp conv, OpOperand &weight) {
    RankedTensorType type = typeOf(weight.get());
    if (type.getDimSize(0) / int64_t(conv.getGroups()) < kFewProductRows)
      return;
    int64_t elements = vectorElements(type.getElementType());
    if (rowPitch(type, "") % elements != 0)
      pack(weight, "rows:" + std::to_string(elements));
  }

  void visit(Operation *op) {
    if (auto fused = dyn_cast<graph::FusedOp>(op))
      return visitRegion(fused);
    for (OpOperand &operand : op->getOpOperands()) // reshapes and the return read row-major
      require(operand, Layout());
  }

  void visitRegion(graph::FusedOp fused) {
    Operation *root = rootOf(fused);
    bool done =
        root && llvm::TypeSwitch<Operation *, bool>(root)
                    .Case([&](graph::ConvOp conv) { return visitConv(fused, conv); })
                    .Case([&](graph::MatmulOp matmul) { return visitMatmul(fused, matmul); })
                    .Case([&](graph::PoolOp pool) { return visitPool(fused, pool); })
                    .Case([&](graph::ConcatOp concat) { return visitConcat(fused, concat); })
                    .Case([&](graph::ReduceOp reduce) { return visitReduce(fused, reduce); })
                    .Default([](Operation *) { return false; });
    if (!done && !(root == nullptr && visitMap(fused)))
      for (OpOperand &operand : fused->getOpOperands())
        require(operand, Layout());
  }

  // The fused op's operand behind a value of its region; null when it is computed inside.
  static OpOperand *outside(graph::FusedOp fused, Value value) {
    auto argument = dyn_cast_or_null<BlockArgument>(value);
    return argument ? &fused->getOpOperand(argument.getArgNumber()) : nullptr;
  }

  bool visitConv(graph::FusedOp fused, graph::ConvOp conv) {
    OpOperand *input = outside(fused, conv.getInput()), *weight = outside(fused, conv.getWeight());
    auto constant = weight ? weight->get().getDefiningOp<graph::ConstantOp>() : nullptr;
    std::optional<ConvLayouts> wanted = layoutsOf(conv, constant);
    if (gpu_ && !wanted && constant)
      padWeightRows(conv, *weight);
    if (!wanted || !input || !constant)
      return false;
    require(*input, parseLayout(wanted->input));
    pack(*weight, wanted->weight);
    if (!gpu_)
      packZeros(conv, constant, *input, *weight);
    Layout output = parseLayout(wanted->output);
    for (OpOperand &operand : fused->getOpOperands())
      if (&operand != input && &operand != weight)
        require(operand, !sameShape(operand.get(), fused.getResult(0)) ? Layout()
                         : gpu_ ? channelsTogether(operand.get())
                                : output);
    for (Value result : fused.getResults())
      layouts_[result] = gpu_ ? channelsTogether(result) : output;
    return true;
  }

  // Weights of mostly zeros, where they lie sparse.
  void packZeros(graph::ConvOp conv, graph::ConstantOp constant, OpOperand &input,
                 OpOperand &weight) {
    auto width = sparseConvWidth(conv, constant);
    if (!width)
      noteDenseKernel(conv, constant, packings_[&weight]);
    else if (*width == 1)
      pack(weight, sparsePlanePacking(conv));
    else
      sparseConvs_[&weight] = &input;
  }

  std::optional<ConvLayouts> layoutsOf(graph::ConvOp conv, graph::ConstantOp weight) {
    if (!gpu_)
      return convLayouts(conv, weight);
    auto shape = gpuConvShape(conv, weight != nullptr);
    return shape ? std::optional(gpuConvLayouts(conv, *shape)) : std::nullopt;
  }

  bool visitMatmul(graph::FusedOp fused, graph::MatmulOp matmul) {
    if (gpu_)
      return false;
    OpOperand *weight = outside(fused, matmul.getRhs());
    for (OpOperand &operand : fused->getOpOperands())
      require(operand, Layout());
    if (auto constant = weight ? weight->get().getDefiningOp<graph::ConstantOp>() : nullptr) {
      std::string sparse = sparseMatmulPacking(matmul, constant);
      std::string packing = sparse.empty() ? matmulPacking(matmul, constant) : sparse;
      pack(*weight, packing);
      if (sparse.empty())
        noteDenseKernel(matmul, constant, packing);
    }
    return true;
  }

  bool visitPool(graph::FusedOp fused, graph::PoolOp pool) {
    if (gpu_ ? !anyBlocked(fused) : pool.getType().getDimSize(1) < kLanes / 2)
      return false;
    for (Operation &op : fused.getBody().front())
      if (&op != pool && !keepsChannels(&op))
        return false;
    for (OpOperand &operand : fused->getOpOperands())
      require(operand, sameShape(operand.get(), pool.getInput()) ||
                               sameShape(operand.get(), fused.getResult(0))
                           ? channelsTogether(operand.get())
                           : Layout());
    layouts_[fused.getResult(0)] = channelsTogether(fused.getResult(0));
    return true;
  }

  bool visitConcat(graph::FusedOp fused, graph::ConcatOp concat) {
    if (concat.getAxis() != 1 || concat.getType().getRank() < 3 || !anyBlocked(fused))
      return false;
    for (Operation &op : fused.getBody().front())
      if (&op != concat && !keepsChannels(&op))
        return false;
    for (OpOperand &operand : fused->getOpOperands())
      require(operand, hasChannels(operand.get()) ? channelsTogether(operand.get()) : Layout());
    layouts_[fused.getResult(0)] = channelsTogether(fused.getResult(0));
    return true;
  }

  // Sums over spatial axes read blocks as they are; the result is row-major.
  bool visitReduce(graph::FusedOp fused, graph::ReduceOp reduce) {
    if (llvm::is_contained(reduce.getAxes(), 1) || !anyBlocked(fused))
      return false;
    for (Operation &op : fused.getBody().front())
      if (&op != reduce && !keepsChannels(&op))
        return false;
    return true;
  }

  bool visitMap(graph::FusedOp fused) {
    Value result = fused.getResult(0);
    if (!hasChannels(result) || !anyBlocked(fused))
      return false;
    for (Operation &op : fused.getBody().front())
      if (!keepsChannels(&op))
        return readsBlocks(fused);
    for (OpOperand &operand : fused->getOpOperands())
      if (!gpu_ || !hasOnePixel(operand.get())) // read as it lies
        require(operand, hasChannels(operand.get()) &&
                                 typeOf(operand.get()).getRank() == typeOf(result).getRank() &&
                                 typeOf(operand.get()).getDimSize(1) == typeOf(result).getDimSize(1)
                             ? channelsTogether(operand.get())
                             : Layout());
    for (Value each : fused.getResults())
      layouts_[each] = channelsTogether(each);
    return true;
  }

  // Channels alone, as a bias has them.
  static bool hasOnePixel(Value value) {
    return hasChannels(value) &&
           llvm::all_of(typeOf(value).getShape().drop_front(2), [](int64_t n) { return n == 1; });
  }

  // A transpose that brings the channels to the contiguous axis reads whole vectors from blocks.
  bool readsBlocks(graph::FusedOp fused) {
    int64_t transposes = 0;
    for (Operation &op : fused.getBody().front()) {
      if (auto transpose = dyn_cast<graph::TransposeOp>(op)) {
        transposes += 1;
        if (transpose.getPermutation().back() != 1)
          return false;
      } else if (!keepsChannels(&op)) {
        return false;
      }
    }
    return transposes == 1;
  }

  bool anyBlocked(graph::FusedOp fused) {
    return llvm::any_of(fused.getInputs(), [&](Value value) {
      auto known = layouts_.find(value);
      return known != layouts_.end() &&
             (gpu_ ? known->second.channelBlock > 1 : known->second.channelBlock == kLanes);
    });
  }

  Layout channelsTogether(Value value) const {
    if (gpu_)
      return channelsLast(typeOf(value));
    Layout layout;
    layout.channelBlock = kLanes;
    return layout;
  }

  void pack(OpOperand &weight, const std::string &packing) { packings_[&weight] = packing; }

  // One border holds one value. Readers of a row-major value expect none.
  static bool compatible(const Layout &have, const Layout &wanted) {
    return have.channelBlock == wanted.channelBlock && have.rowMajor() == wanted.rowMajor() &&
           (have.borderLow.empty() || wanted.borderLow.empty() ||
            have.borderValue == wanted.borderValue);
  }

  static void widen(Layout &layout, const Layout &wanted) {
    if (!wanted.borderLow.empty())
      layout.borderValue = wanted.borderValue;
    layout.borderLow.resize(std::max(layout.borderLow.size(), wanted.borderLow.size()), 0);
    layout.borderHigh.resize(layout.borderLow.size(), 0);
    for (size_t axis = 0; axis < wanted.borderLow.size(); ++axis) {
      layout.borderLow[axis] = std::max(layout.borderLow[axis], wanted.borderLow[axis]);
      layout.borderHigh[axis] = std::max(layout.borderHigh[axis], wanted.borderHigh[axis]);
    }
  }

  // Whether loops over single elements make the value for this reader alone, so that they can store
  // it as wanted at once. On a GPU others can too where it is to be row-major.
  bool isWrittenFor(OpOperand &operand, const Layout &wanted) {
    auto maker = operand.get().getDefiningOp<graph::FusedOp>();
    if (gpu_)
      return maker && operand.get().hasOneUse() && maker->getNumResults() == 1 &&
             (wanted.rowMajor() || !rootOf(maker));
    bool bytes = typeOf(operand.get()).getElementTypeBitWidth() == 8;
    return maker && !rootOf(maker) && operand.get().hasOneUse() &&
           (wanted.channelBlock == kLanes || (bytes && !wanted.rowMajor()));
  }

  // Makes the operand lie as `wanted`: by a wider border of the value, or by a copy.
  void require(OpOperand &operand, const Layout &wanted) {
    Value value = operand.get();
    Layout &have = layouts_[value];
    bool isFresh = isWrittenFor(operand, wanted);
    if (isFresh)
      have.channelBlock = wanted.channelBlock;
    if (isFresh || compatible(have, wanted) || (gpu_ && isOnePixel(typeOf(value)))) {
      widen(have, wanted);
      return;
    }
    int64_t kind = wanted.rowMajor() ? 0 : wanted.channelBlock;
    Value &copy = copies_[{value, {kind, wanted.borderValue}}];
    if (!copy) {
      copy = makeCopy(value);
      Layout fresh;
      fresh.channelBlock = wanted.channelBlock;
      layouts_[copy] = fresh;
    }
    widen(layouts_[copy], wanted);
    operand.set(copy);
  }

  Value makeCopy(Value value) {
    OpBuilder builder(function_.getContext());
    builder.setInsertionPointAfterValue(value);
    auto fused = graph::FusedOp::create(builder, value.getLoc(), TypeRange{value.getType()},
                                        builder.getStringAttr("loops"), ValueRange{value});
    Block *block = builder.createBlock(&fused.getBody());
    Value argument = block->addArgument(value.getType(), value.getLoc());
    graph::YieldOp::create(builder, value.getLoc(), ValueRange{argument});
    return fused.getResult(0);
  }

  // The borders of their inputs are known now.
  void packSparseConvs() {
    for (auto [weight, input] : sparseConvs_) {
      auto conv = cast<graph::ConvOp>(rootOf(cast<graph::FusedOp>(weight->getOwner())));
      pack(*weight, sparseConvPacking(conv, layouts_.lookup(input->get())));
    }
  }

  void writeAttribute(graph::FusedOp fused) {
    OpBuilder builder(fused);
    SmallVector<Attribute> texts;
    for (OpOperand &operand : fused->getOpOperands()) {
      auto packing = packings_.find(&operand);
      texts.push_back(builder.getStringAttr(packing != packings_.end()
                                                ? packing->second
                                                : layoutText(layouts_.lookup(operand.get()))));
    }
    for (Value result : fused.getResults())
      texts.push_back(builder.getStringAttr(layoutText(layouts_.lookup(result))));
    fused->setAttr("layouts", builder.getArrayAttr(texts));
  }

  func::FuncOp function_;
  bool gpu_;
  llvm::DenseMap<Value, Layout> layouts_;
  llvm::DenseMap<OpOperand *, std::string> packings_;
  llvm::DenseMap<OpOperand *, OpOperand *> sparseConvs_; // weight -> input
  // By channel block (0: row-major) and border value.
  llvm::DenseMap<std::pair<Value, std::pair<int64_t, int64_t>>, Value> copies_;
};

struct AssignLayoutsPass : impl::AssignLayoutsBase<AssignLayoutsPass> {
  using AssignLayoutsBase::AssignLayoutsBase;

  void runOnOperation() override { Assignment(getOperation(), gpu).run(plain); }
};

} // namespace
} // namespace mdc::lower
