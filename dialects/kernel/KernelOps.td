// What a kernel's body says to the world around it; all else in it is scf, vector, memref, arith
// and math.
#ifndef MDC_KERNEL_OPS_TD
#define MDC_KERNEL_OPS_TD
include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::mdc::kernel";
  let summary = "the inside of one generated kernel";
  let description = [{
    A kernel is a func.func without arguments and results: what it works on is named by
    kernel.operand and kernel.extent, so that the body of a parallel loop can be moved to a function
    of its own without capturing values. Lowering gives the function the signature MdcKernel of
    abi.h.
  }];
}

class Kernel_Op<string mnemonic, list<Trait> traits = []> : Op<Kernel_Dialect, mnemonic, traits>;

def Kernel_OperandOp : Kernel_Op<"operand", [Pure]> {
  let summary = "the memory of one of the kernel's operands, as a flat array";
  let description = [{
    C1: the index is not negative; C2: the memref has one axis of open extent.

    ```mlir
    %x = kernel.operand 0 : memref<?xf32>
    ```
  }];
  let arguments = (ins I64Attr:$index);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = "$index attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Kernel_ExtentOp : Kernel_Op<"extent", [Pure]> {
  let summary = "one of the kernel's run-time extents";
  let description = [{
    C1: the index is not negative.

    ```mlir
    %n = kernel.extent 0
    ```
  }];
  let arguments = (ins I64Attr:$index);
  let results = (outs Index:$result);
  let assemblyFormat = "$index attr-dict";
  let hasVerifier = 1;
}

def Kernel_LaunchOp : Kernel_Op<"launch", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a body function over [0, count) on the context's threads";
  let description = [{
    The body takes the first index and the one behind the last. C1: it is a function of the module
    with two index arguments.

    ```mlir
    kernel.launch @body over %n
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$body, Index:$count);
  let assemblyFormat = "$body `over` $count attr-dict";
}

def Kernel_MainLoopOp : Kernel_Op<"main_loop"> {
  let summary = "this block's part of a product or of attention, by a loop of runtime/cuda/kernels";
  let description = [{
    `operands` are numbers of operands, -1 for none: the addresses that MdcMatmul, MdcConv or
    MdcAttention begins with; `numbers` are its other fields. `mapped` names those of the addresses
    that are of tensor maps instead, which lie in this order behind the words of the kernel's
    parameter. The loop calls mdc_store1, mdc_store2 and, of attention, mdc_score of the module.
    C1: there are three operands, none below -1; C2: there are sixteen numbers, or twenty, or
    twenty-one; C3: what is mapped is an operand.

    ```mlir
    kernel.main_loop "mdc_matmul_f32_64x64" operands [0, 1, -1] (%rows, %columns, ...)
    ```
  }];
  let arguments = (ins StrAttr:$loop, DenseI64ArrayAttr:$addresses,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">:$mapped,
                       Variadic<Index>:$numbers);
  let assemblyFormat = [{
    $loop `operands` $addresses (`mapped` $mapped^)? `(` $numbers `)` attr-dict
  }];
  let hasVerifier = 1;
}

def Kernel_IndexErrorOp : Kernel_Op<"index_error"> {
  let summary = "reports an index outside [-extent, extent)";
  let description = [{
    The request fails; the kernel goes on.

    ```mlir
    kernel.index_error %i, %n
    ```
  }];
  let arguments = (ins Index:$value, Index:$extent);
  let assemblyFormat = "$value `,` $extent attr-dict";
}
#endif
