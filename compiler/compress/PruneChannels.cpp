#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/ChannelGroups.h"
#include "compiler/compress/Passes.h"
#include "compiler/compress/Pruning.h"
#include "compiler/compress/Weights.h"
#include "dialects/graph/Shape.h"

#include <cmath>
#include <map>

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_PRUNECHANNELS
#include "compiler/compress/Passes.h.inc"

namespace {

using Axis = ChannelGroups::Axis;

// Elements that go together, and how much their producers weigh.
struct Candidate {
  int64_t group = 0;
  double score = 0; // mean over the producing channels of L1 norm / mean L1 norm of the layer
  int64_t producers = 0;
  int64_t family = 0; // the first axis that it was found on: candidates of one family compete
  SmallVector<int64_t> elements;
};

// L1 norms of a layer's output channels over their mean.
std::vector<double> relativeNorms(const Layer &layer) {
  std::vector<float> weights = *floatsOf(layer.weight);
  std::vector<double> norms(layer.outChannels, 0);
  double total = 0;
  for (int64_t channel = 0; channel < layer.outChannels; ++channel) {
    for (int64_t position = 0; position < layer.depth; ++position)
      norms[channel] += std::abs(weights[layer.weightIndex(channel, position)]);
    // What is no number is not small: it stays longest.
    if (std::isnan(norms[channel]))
      norms[channel] = INFINITY;
    else if (std::isfinite(norms[channel]))
      total += norms[channel];
  }
  for (double &norm : norms)
    norm = total > 0 ? norm * layer.outChannels / total : norm;
  return norms;
}

// Which groups of channels go, by the norms of the layers that make them.
class Selection {
public:
  Selection(func::FuncOp function, const ChannelGroups &groups)
      : groups_(groups), axisOf_(groups.elementCount(), -1) {
    function.walk([&](Operation *op) {
      for (Value result : op->getResults())
        addAxes(groups.axesOf(result));
      for (OpOperand &use : op->getOpOperands())
        addAxes(groups.axesOf(use));
    });
  }

  void addProducer(const Layer &layer) {
    std::vector<double> norms = relativeNorms(layer);
    const Axis &axis = groups_.axesOf(layer.op->getOpOperand(1))[outputAxisOf(layer)];
    for (int64_t channel = 0; channel < axis.extent; ++channel) {
      int64_t element = axis.first + channel;
      if (groups_.isFixed(element))
        continue;
      Candidate &candidate = candidates_[groups_.groupOf(element)];
      if (candidate.producers == 0)
        candidate.family = axis.first;
      candidate.score += norms[channel];
      candidate.producers += 1;
    }
  }

  // Chooses the part `sparsity` of all candidates, or of each family, those of least score first.
  std::vector<char> choose(double sparsity, bool together) {
    std::map<int64_t, std::vector<Candidate>> families;
    for (int64_t element = 0; element < groups_.elementCount(); ++element)
      if (auto known = candidates_.find(groups_.groupOf(element)); known != candidates_.end())
        known->second.elements.push_back(element);
    for (auto &[group, candidate] : candidates_) {
      candidate.group = group;
      candidate.score /= candidate.producers;
      families[together ? 0 : candidate.family].push_back(std::move(candidate));
    }
    std::vector<char> gone(groups_.elementCount(), false);
    for (auto &[family, candidates] : families)
      chooseAmong(candidates, std::llround(sparsity * candidates.size()), gone);
    return gone;
  }

private:
  void addAxes(ArrayRef<Axis> axes) {
    for (const Axis &axis : axes) {
      std::fill_n(axisOf_.begin() + axis.first, axis.extent, axis.first);
      if (axis.extent > 0)
        remaining_[axis.first] = axis.extent;
    }
  }

  void chooseAmong(std::vector<Candidate> &candidates, int64_t count, std::vector<char> &gone) {
    llvm::sort(candidates, [](const Candidate &a, const Candidate &b) {
      return std::pair(a.score, a.group) < std::pair(b.score, b.group);
    });
    for (const Candidate &candidate : candidates) {
      if (count == 0)
        return;
      if (!takeAway(candidate))
        continue;
      for (int64_t element : candidate.elements)
        gone[element] = true;
      --count;
    }
  }

  // False where an axis would lose its last element.
  bool takeAway(const Candidate &candidate) {
    llvm::DenseMap<int64_t, int64_t> losses;
    for (int64_t element : candidate.elements)
      if (axisOf_[element] >= 0)
        losses[axisOf_[element]] += 1;
    for (auto [axis, loss] : losses)
      if (remaining_[axis] <= loss)
        return false;
    for (auto [axis, loss] : losses)
      remaining_[axis] -= loss;
    return true;
  }

  const ChannelGroups &groups_;
  std::map<int64_t, Candidate> candidates_; // by group, in a fixed order
  std::vector<int64_t> axisOf_;             // of an element: its axis's first one
  llvm::DenseMap<int64_t, int64_t> remaining_;
};

// Takes elements out of all constants and types.
class Removal {
public:
  Removal(const ChannelGroups &groups, const std::vector<char> &gone)
      : groups_(groups), gone_(gone) {}

  bool shrinks(ArrayRef<Axis> axes) const {
    return llvm::any_of(axes, [&](const Axis &axis) { return keptCount(axis) != axis.extent; });
  }

  int64_t keptCount(const Axis &axis) const { return countKept(axis.first, axis.extent); }

  std::vector<int64_t> kept(const Axis &axis) const {
    std::vector<int64_t> indices;
    for (int64_t index = 0; index < axis.extent; ++index)
      if (!gone_[axis.first + index])
        indices.push_back(index);
    return indices;
  }

  void shrinkOp(Operation *op) {
    if (isa<graph::ConstantOp>(op))
      return;
    if (auto slice = dyn_cast<graph::SliceOp>(op))
      moveStarts(slice);
    if (auto conv = dyn_cast<graph::ConvOp>(op); conv && conv.getGroups() > 1)
      if (const Axis &filters = groups_.axesOf(op->getOpOperand(1))[0];
          keptCount(filters) != filters.extent)
        conv.setGroups(keptCount(filters));
    for (OpOperand &use : op->getOpOperands())
      if (auto constant = use.get().getDefiningOp<graph::ConstantOp>())
        if (shrinks(groups_.axesOf(use)))
          use.set(shrunk(constant, groups_.axesOf(use)));
    for (Value result : op->getResults())
      if (shrinks(groups_.axesOf(result)))
        result.setType(shrunk(cast<RankedTensorType>(result.getType()), groups_.axesOf(result)));
  }

private:
  int64_t countKept(int64_t first, int64_t count) const {
    return count - std::count(gone_.begin() + first, gone_.begin() + first + count, true);
  }

  RankedTensorType shrunk(RankedTensorType type, ArrayRef<Axis> axes) const {
    graph::Extents extents = graph::extentsOf(type);
    for (auto [extent, axis] : llvm::zip_equal(extents, axes))
      if (axis.extent > 0)
        extent = getAffineConstantExpr(keptCount(axis), type.getContext());
    return graph::tensorOf(extents, type.getElementType());
  }

  Value shrunk(graph::ConstantOp constant, ArrayRef<Axis> axes) const {
    std::vector<std::vector<int64_t>> indices;
    for (const Axis &axis : axes)
      indices.push_back(kept(axis));
    OpBuilder builder(constant);
    ElementsAttr selected = selectElements(constant.getValue(), indices);
    return graph::ConstantOp::create(builder, constant.getLoc(),
                                     cast<RankedTensorType>(selected.getType()), selected);
  }

  void moveStarts(graph::SliceOp slice) const {
    SmallVector<AffineExpr> starts(slice.getStarts().getResults());
    const auto &axes = groups_.axesOf(slice->getOpOperand(0));
    for (auto [start, axis] : llvm::zip_equal(starts, axes))
      if (keptCount(axis) != axis.extent)
        start = getAffineConstantExpr(countKept(axis.first, *graph::constantOf(start)),
                                      slice.getContext());
    slice.setStarts(graph::extentMap(starts, slice.getContext()));
  }

  const ChannelGroups &groups_;
  const std::vector<char> &gone_;
};

// Calibration data of a layer for the inputs that it still reads.
void shrinkCalibration(const Layer &layer, ArrayRef<int64_t> keptInputs) {
  int64_t inputs = inputCountOf(layer);
  int64_t kernel = layer.isConv() && layer.groups == 1 ? layer.depth / inputs : 1;
  std::vector<int64_t> positions;
  for (int64_t input : keptInputs)
    for (int64_t offset = 0; offset < kernel; ++offset)
      positions.push_back(input * kernel + offset);
  auto select = [&](StringRef name, ArrayRef<int64_t> shape, ArrayRef<std::vector<int64_t>> kept) {
    auto attr = layer.op->getAttrOfType<ElementsAttr>(name);
    if (attr && attr.getShapedType().getShape() == shape)
      layer.op->setAttr(name, selectElements(attr, kept));
  };
  select(kGramAttr, {layer.depth, layer.depth}, {positions, positions});
  select(kChannelMeanAttr, {inputs}, {std::vector<int64_t>(keptInputs)});
}

struct PruneChannelsPass : impl::PruneChannelsBase<PruneChannelsPass> {
  using PruneChannelsBase::PruneChannelsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (failed(checkPruning(function.getLoc(), sparsity, scope)))
      return signalPassFailure();
    std::vector<Layer> layers = layersOf(function);
    llvm::DenseSet<Operation *> chosen;
    for (const Layer &layer : layers)
      if (isChosen(layer, include, exclude))
        chosen.insert(layer.op);
    ChannelGroups groups(function);
    joinChannels(function, layers, chosen, groups);
    Selection selection(function, groups);
    for (const Layer &layer : layers)
      if (chosen.contains(layer.op) && !layer.isDepthwise())
        selection.addProducer(layer);
    std::vector<char> gone = selection.choose(sparsity, scope == "global");
    for (const Layer &layer : layers)
      if (matchesAny(restored, layer.name))
        giveBack(groups.axesOf(layer.op->getOpOperand(1))[outputAxisOf(layer)], groups, gone);
    Removal removal(groups, gone);
    for (const Layer &layer : layers)
      if (failed(prepare(layer, groups, removal, chosen.contains(layer.op))))
        return signalPassFailure();
    for (Operation &op : function.front())
      removal.shrinkOp(&op);
    if (!keepGram)
      for (const Layer &layer : layers)
        layer.op->removeAttr(kGramAttr);
    for (auto constant : llvm::make_early_inc_range(function.front().getOps<graph::ConstantOp>()))
      if (constant->use_empty())
        constant->erase();
  }

  // The channels of an axis stay, and what can only go with them.
  static void giveBack(const Axis &axis, const ChannelGroups &groups, std::vector<char> &gone) {
    llvm::DenseSet<int64_t> staying;
    for (int64_t element = axis.first; element < axis.first + axis.extent; ++element)
      staying.insert(groups.groupOf(element));
    for (size_t element = 0; element < gone.size(); ++element)
      if (gone[element] && staying.contains(groups.groupOf(element)))
        gone[element] = false;
  }

  static std::string changeText(const Removal &removal, const Axis &inputs, const Axis &outputs) {
    auto share = [&](const Axis &axis) {
      return std::to_string(removal.keptCount(axis)) + " of " + std::to_string(axis.extent);
    };
    if (removal.keptCount(outputs) == outputs.extent)
      return "reads " + share(inputs) + " channels";
    return share(outputs) + " channels";
  }

  // Notes what a layer loses, and gives its weights the values for the inputs that stay.
  LogicalResult prepare(const Layer &layer, const ChannelGroups &groups, const Removal &removal,
                        bool isChosen) {
    const auto &weight = groups.axesOf(layer.op->getOpOperand(1));
    const Axis &outputs = weight[outputAxisOf(layer)];
    const auto &read = groups.axesOf(layer.op->getOpOperand(0));
    const Axis &inputs = layer.isConv() ? read[1] : read.back();
    if (isChosen && !layer.isDepthwise() && groups.isFixed(outputs))
      setFact(layer.op, "note", "all channels stay: what reads them needs them all");
    if (!removal.shrinks(weight))
      return success();
    int64_t keptWeights = 1;
    for (const Axis &axis : weight)
      keptWeights *= removal.keptCount(axis);
    removed += outputs.extent - removal.keptCount(outputs);
    setFact(layer.op, "sparsity", 1 - double(keptWeights) / layer.weightCount());
    setFact(layer.op, "weight_bytes_before", int64_t(layer.weightCount() * sizeof(float)));
    setFact(layer.op, "note", changeText(removal, inputs, outputs));
    if (removal.keptCount(inputs) == inputs.extent)
      return success();
    if (reconstruct && layer.groups == 1 && failed(makeGood(layer, removal.kept(inputs))))
      return failure();
    shrinkCalibration(layer, removal.kept(inputs));
    return success();
  }

  // The least-squares weights for what stays of the layer's inputs.
  LogicalResult makeGood(const Layer &layer, ArrayRef<int64_t> keptInputs) {
    std::vector<float> dense = *floatsOf(layer.weight), weights(dense.size(), 0);
    int64_t kernel = layer.isConv() ? layer.depth / inputCountOf(layer) : 1;
    for (int64_t channel = 0; channel < layer.outChannels; ++channel)
      for (int64_t input : keptInputs)
        for (int64_t offset = 0; offset < kernel; ++offset) {
          int64_t at = layer.weightIndex(channel, input * kernel + offset);
          weights[at] = dense[at];
        }
    FailureOr<bool> solved = reconstructLayer(layer, dense, kUsualDamping, weights);
    if (failed(solved))
      return failure();
    if (!*solved)
      return success();
    auto constant = layer.weight.getDefiningOp<graph::ConstantOp>();
    OpBuilder builder(constant);
    auto solution = makeConstant(builder, constant.getLoc(), constant.getType(), weights);
    // The use keeps its place, by which its axes are known.
    layer.op->getOpOperand(1).set(solution);
    return success();
  }
};

} // namespace
} // namespace mdc::compress
