// The dialect, its types and the classes that the op families share.
#ifndef MDC_GRAPH_BASE_TD
#define MDC_GRAPH_BASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Graph_Dialect : Dialect {
  let name = "graph";
  let cppNamespace = "::mdc::graph";
  let summary = "a trained model as tensors";
  let description = [{
    Values are ranked tensors. An extent that is left open until run time is `?`, and the type's
    encoding is an affine map without dimensions that gives every extent as an expression of the
    model's open dimensions, its symbols: `tensor<?x128xf32, affine_map<()[s0] -> (s0, 128)>>`. A
    type without `?` has no encoding. The function attribute `graph.dims` names the symbols,
    `graph.max` holds their largest values.
  }];
  let hasConstantMaterializer = 1;
}

def Graph_Tensor : Type<CPred<"::llvm::isa<::mlir::RankedTensorType>($_self)">, "ranked tensor",
                        "::mlir::RankedTensorType">;

class Graph_Op<string mnemonic, list<Trait> traits = []>
    : Op<Graph_Dialect, mnemonic, !listconcat([Pure], traits)>;

// Ops whose result types follow from operands and attributes. The verifier compares them.
class Graph_InferredOp<string mnemonic, list<Trait> traits = []>
    : Graph_Op<mnemonic, !listconcat([InferTypeOpAdaptor], traits)>;

#endif
