// The passes of the stage: graph ops in, graph ops out.
#ifndef MDC_COMPRESS_PASSES_TD
#define MDC_COMPRESS_PASSES_TD
include "mlir/Pass/PassBase.td"

// The options of every pass that quantizes weights.
class RoundingOptions {
  list<Option> common = [
    Option<"granularity", "granularity", "::mdc::compress::Granularity",
           "::mdc::compress::Granularity::Channel", "what shares a weight scale",
           [{::llvm::cl::values(
             clEnumValN(::mdc::compress::Granularity::Channel, "channel", "an output channel"),
             clEnumValN(::mdc::compress::Granularity::Tensor, "tensor", "the weight"))}]>,
    Option<"biasCorrection", "bias-correction", "bool", "false",
           "the mean error of a layer's output moves into its bias">,
    Option<"reconstruct", "reconstruct", "bool", "false",
           "weights are rounded one after the other, each pays for those before">,
    ListOption<"exclude", "exclude", "std::string", "patterns of node names that stay float">];
}
def SharedRoundingOptions : RoundingOptions;

// Of those that let layers read bytes.
class SpeedOptions {
  list<Option> common = [
    Option<"bits", "bits", "int", "8",
           "7: integers whose products 16 bits hold the sum of four of, of values and weights">,
    ListOption<"fasterOn", "faster-on", "std::string",
               "layers that bytes would make slower on these levels stay float, by LayerCost.h">];
}
def SharedSpeedOptions : SpeedOptions;

def Quantize : Pass<"mdc-quantize", "::mlir::func::FuncOp"> {
  let summary = "lets layers work on bytes, by the ranges that calibration saw";
  let description = [{
    Weights of layers become i8 constants, symmetric, dequantized where the layer
    reads them. Values that these layers read become ui8 and back (graph.quantize,
    graph.dequantize), and so does what lies between them in memory. What depthwise convolutions
    alone read has a scale for each channel, if `graph.channel_max` is known. Reads `graph.ranges`
    and `graph.range`; with `bias-correction` also `graph.channel_mean`, with `reconstruct`
    `graph.gram`. Layers that a pattern of `exclude` names, whose sums could leave 32 bits, whose
    input has no range or that have no kernel stay float, and so do cheap ones whose results
    rounding the input would drown, by `graph.input_sqnr_db`, and with `faster-on` those that are
    faster in floats; `graph.compression` says why. Types of arguments and results never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = !listconcat(SharedRoundingOptions.common, SharedSpeedOptions.common, [
    Option<"range", "range", "::mdc::compress::RangeMethod",
           "::mdc::compress::RangeMethod::MinMax", "how a weight's range is chosen",
           [{::llvm::cl::values(
             clEnumValN(::mdc::compress::RangeMethod::MinMax, "minmax", "all values"),
             clEnumValN(::mdc::compress::RangeMethod::Percentile, "percentile", "all values"),
             clEnumValN(::mdc::compress::RangeMethod::Entropy, "entropy", "all values"),
             clEnumValN(::mdc::compress::RangeMethod::Mse, "mse", "least squared error"))}]>]);
  let statistics = [Statistic<"quantized", "quantized", "layers of bytes">];
}

def QuantizeRows : Pass<"mdc-quantize-rows", "::mlir::func::FuncOp"> {
  let summary = "lets products work on rows that are quantized when they arrive";
  let description = [{
    A product with a constant matrix reads graph.quantize_rows of its input, which all products of
    one input share, and i8 weights, symmetric; the sums become numbers by the
    scales of row and column. Convolutions read weights of bytes. With `reconstruct`, `graph.gram`
    decides how weights are rounded; with `bias-correction`, `graph.channel_mean` what leaves the
    bias. Layers that a pattern of `exclude` names, whose sums could leave 32 bits or that have no
    kernel stay float, with `faster-on` also products that are faster so; `graph.compression` says
    why. A row of a result depends on the row of the
    input alone. Products of two values of a request never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = !listconcat(SharedRoundingOptions.common, SharedSpeedOptions.common);
  let statistics = [Statistic<"quantized", "quantized", "layers with weights of bytes">];
}

def QuantizeWeights : Pass<"mdc-quantize-weights", "::mlir::func::FuncOp"> {
  let summary = "stores the weights of layers in bytes";
  let description = [{
    Weights become i8 constants, symmetric, dequantized where the layer reads
    them; all arithmetic stays f32. With `reconstruct`, `graph.gram` decides how weights are
    rounded; with `bias-correction`, `graph.channel_mean` what leaves the bias. Layers that a
    pattern of `exclude` names or that have no kernel for it stay float; `graph.compression` says
    why. Values of a request never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = SharedRoundingOptions.common;
  let statistics = [Statistic<"quantized", "quantized", "layers with weights of bytes">];
}

def Instrument : Pass<"mdc-instrument", "::mlir::func::FuncOp"> {
  let summary = "makes a graph yield what calibration wants to see";
  let description = [{
    The function's results become the values that Calibration.h lists, named "range/AXIS/KEY" where
    AXIS holds the channels, and X^T X of what each layer reads, named "sum/KEY". Its arguments and
    what the remaining ops compute never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = [
    Option<"ranges", "ranges", "bool", "true", "yields values for their statistics">,
    Option<"grams", "grams", "bool", "false", "yields Gram matrices of layers">];
}

def ForgetCalibration : Pass<"mdc-forget-calibration", "::mlir::func::FuncOp"> {
  let summary = "removes what calibration noted on the graph";
  let description = [{
    Takes `graph.ranges`, `graph.range`, `graph.channel_mean`, `graph.channel_max`,
    `graph.input_sqnr_db` and `graph.gram` off ops and arguments, so that equal regions are equal
    again. Nothing else changes; `graph.compression` stays.
  }];
}

// The options of every pruning pass.
class PruningOptions {
  list<Option> common = [
    Option<"sparsity", "sparsity", "double", "0.5", "the part that goes, in [0, 1)">,
    Option<"scope", "scope", "std::string", "\"global\"",
           "ranks all chosen layers together (global) or each by itself (layer)">,
    ListOption<"include", "include", "std::string", "patterns of node names; none: every node">,
    ListOption<"exclude", "exclude", "std::string", "patterns of node names that stay dense">,
    ListOption<"restored", "restored", "std::string",
               "patterns of node names that are ranked with the others, but stay dense">];
}
def SharedPruningOptions : PruningOptions;

def Prune : Pass<"mdc-prune", "::mlir::func::FuncOp"> {
  let summary = "sets the weights of least magnitude to zero";
  let description = [{
    `pattern` says what goes as one: a weight (`unstructured`), or the weights of N neighbouring
    output channels at one position of the depth (`block-1xN`). Exactly the part `sparsity` of them
    becomes zero, rounded to the nearest count; of equals, the first. Blocks are ranked by their
    mean magnitude; the last one of a layer may be smaller, none reaches across groups of a
    convolution. Depthwise convolutions never change (they hold few weights and no kernel skips
    any), nor do tables that gather reads.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = !listconcat(SharedPruningOptions.common, [
    Option<"pattern", "pattern", "std::string", "\"unstructured\"",
           "unstructured or block-1xN, N of 4, 8, 16 or 32">,
    Option<"keepDense", "keep-dense", "bool", "false",
           "leaves the dense weights as `graph.dense_weight`, for mdc-reconstruct">]);
  let statistics = [Statistic<"zeroed", "zeroed", "weights set to zero">];
}

def Reconstruct : Pass<"mdc-reconstruct", "::mlir::func::FuncOp"> {
  let summary = "brings the outputs of pruned layers back to those of the dense ones";
  let description = [{
    The weights that a layer kept become the least-squares solution against `graph.dense_weight`
    on the data behind `graph.gram`. Zeros never change. Layers without a Gram matrix, of several
    groups, that share their weight or deeper than LeastSquares.h allows keep their weights;
    `graph.compression` notes it. `graph.dense_weight` goes.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = [
    Option<"damping", "damping", "double", "1e-4", "part of the Gram's mean diagonal added to it">,
    Option<"keepGram", "keep-gram", "bool", "false", "leaves `graph.gram` for a later pass">];
  let statistics = [Statistic<"reconstructed", "reconstructed", "layers solved">];
}

def PruneChannels : Pass<"mdc-prune-channels", "::mlir::func::FuncOp"> {
  let summary = "removes output channels of least magnitude from the graph";
  let description = [{
    Channels that only can go together are one candidate: those of layers whose results are added,
    of a depthwise convolution and what it reads, of all that a concat puts at one place. Its score
    is the mean of its channels' L1 norms over the mean norm of their layer. The part `sparsity` of
    all candidates goes, or of those of each layer (`scope`), rounded to the nearest count; every
    axis keeps one index. Shapes shrink: the graph computes what it computed if all readers' weights
    for these channels were zero. With `reconstruct` the readers' other weights become the
    least-squares solution on `graph.gram`. `graph.gram` and `graph.channel_mean` shrink too. The
    types of arguments and results never change, nor do channels that an op without a rule or a
    reader of the whole axis (a reduction, softmax, norm) needs, nor those of layers not chosen.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = !listconcat(SharedPruningOptions.common, [
    Option<"reconstruct", "reconstruct", "bool", "false",
           "readers make good what the removed channels gave">,
    Option<"keepGram", "keep-gram", "bool", "false", "leaves `graph.gram` for a later pass">]);
  let statistics = [Statistic<"removed", "removed", "output channels removed">];
}
#endif
