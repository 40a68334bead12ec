// The passes of the stage. Graph passes come first, then the passes inside one kernel.
#ifndef MDC_LOWER_PASSES_TD
#define MDC_LOWER_PASSES_TD
include "mlir/Pass/PassBase.td"

def FoldAffine : Pass<"mdc-fold-affine", "::mlir::func::FuncOp"> {
  let summary = "moves a scale and shift of channels into the convolution before them";
  let description = [{
    A constant multiplied with or added to every channel of a convolution's result (what batch
    normalization becomes) changes the convolution's weight and bias instead. Convolutions whose
    result has other uses never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let statistics = [Statistic<"folded", "folded", "scales and shifts moved into a convolution">];
}

def NarrowProducts : Pass<"mdc-narrow-products", "::mlir::func::FuncOp"> {
  let summary = "multiplies f32 as narrower numbers";
  let description = [{
    The operands of every graph.matmul and graph.conv of f32 are rounded to the type, constants once
    and for all; sums stay in f32, and so do the bias and the result. For tf32 the ops are only
    marked with `graph.tf32`: a main loop rounds what it loads. Convolutions with few output
    channels in a group, depthwise ones, stay as they are: no main loop takes them.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = [Option<"type", "type", "std::string", "\"bf16\"", "bf16, f16 or tf32">];
  let statistics = [Statistic<"narrowedProducts", "narrowed", "products of narrower numbers">];
}

def TurnWeights : Pass<"mdc-turn-weights", "::mlir::func::FuncOp"> {
  let summary = "lets weights of bytes lie along the depth";
  let description = [{
    A constant i8 matrix that a graph.matmul reads by its columns is stored transposed: tensor cores
    take bytes along the depth alone. Products of other types and of values that a request brings
    never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let statistics = [Statistic<"turned", "turned", "weights">];
}

def FoldWeights : Pass<"mdc-fold-weights", "::mlir::func::FuncOp"> {
  let summary = "brings weights to the type and order that their readers want";
  let description = [{
    A cast of a 16-bit float weight to f32 and a transpose of a weight become a weight. Values that
    a request brings and constants of one repeated value never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
}

def OutlineConstants : Pass<"mdc-outline-constants", "::mlir::ModuleOp"> {
  let summary = "moves what no input reaches into a function of its own";
  let description = [{
    The ops of @main that depend on constants alone become @constants, which @main calls; whoever
    builds a model computes it once and puts constants in the call's place. A result of more than
    twice the bytes that it is computed from (and 64 KB), and one of i1 or bf16, stays where it is:
    what it reads is taken instead. Weights that graph.dequantize reads never change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect", "::mlir::func::FuncDialect"];
  let statistics = [Statistic<"outlined", "outlined", "results of @constants">];
}

def CancelMoves : Pass<"mdc-cancel-moves", "::mlir::func::FuncOp"> {
  let summary = "absorbs moves: transposes into reshapes and products, padding into convolutions";
  let description = [{
    A transpose that only moves axes of extent 1 is a reshape. One that swaps the last two axes of a
    product's right operand becomes the product's own. A zero pad of spatial axes before a
    convolution becomes the convolution's own padding. No other op changes.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
}

def IntegerKernels : Pass<"mdc-integer-kernels", "::mlir::func::FuncOp"> {
  let summary = "turns quantized values into products of bytes and the arithmetic around them";
  let description = [{
    Products whose operands are dequantized become graph.matmul and graph.conv of ui8 and i8 with
    exact i32 sums, two of them where unsigned weights reach beyond i8; of dequantized weights
    alone, products of f32 and i8. `graph.short_sums` says of a product of bytes how many of its
    terms 16 bits hold the sum of. Moves and largest elements work on bytes. What is left of
    graph.quantize and graph.dequantize becomes elementwise arithmetic. Products of floats never
    change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
}

def SplitVariants : Pass<"mdc-split-variants", "::mlir::ModuleOp"> {
  let summary = "makes a function of fixed extents for each combination of listed ones";
  let description = [{
    A dimension is bound to the extents of `graph.variants` only where rows along it are
    independent: a request of fewer rows is then padded. Along any other the kernels go on taking
    the true extent, and a remark names the op in the way. Functions without `graph.variants` never
    change.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
}

def Fuse : Pass<"mdc-fuse", "::mlir::func::FuncOp"> {
  let summary = "groups ops into regions that become one kernel each";
  let description = [{
    A region is a root op with the elementwise ops that only it reads through before it and the
    elementwise ops behind it. Constants that are not one repeated value become operands. Every op
    but constants, reshapes of values in memory and the return ends up in exactly one graph.fused;
    the results do not change. With `gpu` a region may hold two products of floats, of queries
    and keys and of their softmax with the values; and behind a product reshapes, casts, and
    transposes that keep the last axis, which change where its elements are stored; behind
    products, convolutions and norms also the value rounded to f16 or bf16, as a second result. A
    concat of more operands than a kernel's parameter has room for becomes one of concats.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = [Option<"single", "single", "bool", "false", "one region for each op">,
                 Option<"gpu", "gpu", "bool", "false", "regions as a GPU's main loops take them">];
  let statistics = [Statistic<"regions", "regions", "regions formed">];
}

def AssignLayouts : Pass<"mdc-assign-layouts", "::mlir::func::FuncOp"> {
  let summary = "chooses how operands and results of regions lie in memory";
  let description = [{
    Sets the attribute `layouts` of every graph.fused: channel blocks and borders between
    convolutions, packed weights for products and convolutions, conversions where two regions
    disagree. Function arguments and results stay row-major. With `gpu` channels lie last, all of
    them in one block, and rows of weights begin at multiples of 16 bytes.
  }];
  let dependentDialects = ["::mdc::graph::GraphDialect"];
  let options = [Option<"plain", "plain", "bool", "false", "everything row-major, nothing packed">,
                 Option<"gpu", "gpu", "bool", "false", "as kernels on GPUs read it">];
}

def EmitKernels : Pass<"mdc-emit-kernels", "::mlir::ModuleOp"> {
  let summary = "replaces every function of graph ops by the loops that compute it";
  let description = [{
    What lowering does to one region, for tests: the functions' arguments and results become
    operands of the kernel. Functions without graph ops never change.
  }];
  let dependentDialects = ["::mdc::kernel::KernelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"];
  let options = [Option<"isa", "isa", "std::string", "\"v4\"", "v3, v4, vnni or cuda">,
                 Option<"reference", "reference", "bool", "false", "plain loops for every root">];
}

def ExpandMath : Pass<"mdc-expand-math"> {
  let summary = "replaces functions by polynomials";
  let description = [{
    f32 functions become vectorizable arithmetic with a relative error under 5e-7; f64 functions
    without an LLVM intrinsic become calls of the C library. Conversions to bf16 are written out,
    unless the machine has one, from f32; arithmetic never changes.
  }];
  let options = [Option<"hasBf16", "has-bf16", "bool", "false",
                        "the machine converts f32 to bf16 and back">];
  let dependentDialects = ["::mlir::math::MathDialect", "::mlir::arith::ArithDialect",
                           "::mlir::vector::VectorDialect", "::mlir::func::FuncDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def OutlineParallel : Pass<"mdc-outline-parallel", "::mlir::ModuleOp"> {
  let summary = "moves the bodies of parallel loops to functions of their own";
  let description = [{
    Every outermost one-dimensional scf.parallel becomes a kernel.launch of a function that runs a
    range of its rounds. What the body reads from outside is computed again inside; a value that
    cannot be is an error. Sequential loops never change.
  }];
  let dependentDialects = ["::mdc::kernel::KernelDialect", "::mlir::scf::SCFDialect"];
}

def KernelAbi : Pass<"mdc-kernel-abi", "::mlir::ModuleOp"> {
  let summary = "gives kernels and bodies the signatures of abi.h";
  let description = [{
    Functions without arguments take buffers, extents and context; body functions take captures and
    a range. Operands become memory descriptors, launches and index errors become calls of the
    runtime. Nothing else changes.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"];
}

def OutlineLaunches : Pass<"mdc-outline-launches", "::mlir::ModuleOp"> {
  let summary = "makes a GPU kernel of every parallel loop";
  let description = [{
    Every outermost scf.parallel of a function becomes a function of its own, NAME_0, NAME_1, ...,
    in which a thread, or a group of threads where the loop says so, runs one round;
    `kernel.blocks` holds the number of blocks. The function itself goes. A count that is no
    expression of extents, and code with effects outside of every loop, are errors.
  }];
  let dependentDialects = ["::mdc::kernel::KernelDialect", "::mlir::scf::SCFDialect",
                           "::mlir::NVVM::NVVMDialect"];
}

def LaunchAbi : Pass<"mdc-launch-abi", "::mlir::ModuleOp"> {
  let summary = "gives GPU kernels the one parameter of cuda.h";
  let description = [{
    Functions take an array of words by value: operand addresses, extents, and the address of the
    status, to which index errors are written. Functions that have arguments, the stores of a main
    loop, take the words' address in front of them; kernel.main_loop becomes a call.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
  let options = [Option<"operands", "operands", "int64_t", "0", "operands of the region">,
                 Option<"extents", "extents", "int64_t", "0", "extents of the region">];
}
#endif
