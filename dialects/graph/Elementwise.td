// One value in, one value out, at every index of the broadcast shape.
#ifndef MDC_GRAPH_ELEMENTWISE_TD
#define MDC_GRAPH_ELEMENTWISE_TD
include "dialects/graph/GraphBase.td"

def Graph_UnaryKind : I32EnumAttr<"UnaryKind", "function of one value", [
  I32EnumAttrCase<"Abs", 0, "abs">, I32EnumAttrCase<"Neg", 1, "neg">,
  I32EnumAttrCase<"Exp", 2, "exp">, I32EnumAttrCase<"Log", 3, "log">,
  I32EnumAttrCase<"Sqrt", 4, "sqrt">, I32EnumAttrCase<"Floor", 6, "floor">,
  I32EnumAttrCase<"Ceil", 7, "ceil">, I32EnumAttrCase<"Round", 8, "round">,
  I32EnumAttrCase<"Sin", 9, "sin">, I32EnumAttrCase<"Cos", 10, "cos">,
  I32EnumAttrCase<"Tan", 11, "tan">, I32EnumAttrCase<"Asin", 12, "asin">,
  I32EnumAttrCase<"Acos", 13, "acos">, I32EnumAttrCase<"Atan", 14, "atan">,
  I32EnumAttrCase<"Sinh", 15, "sinh">, I32EnumAttrCase<"Cosh", 16, "cosh">,
  I32EnumAttrCase<"Tanh", 17, "tanh">, I32EnumAttrCase<"Asinh", 18, "asinh">,
  I32EnumAttrCase<"Acosh", 19, "acosh">, I32EnumAttrCase<"Atanh", 20, "atanh">,
  I32EnumAttrCase<"Erf", 21, "erf">, I32EnumAttrCase<"Sigmoid", 22, "sigmoid">,
  I32EnumAttrCase<"Relu", 23, "relu">, I32EnumAttrCase<"Not", 24, "not">,
  I32EnumAttrCase<"IsNan", 25, "isnan">, I32EnumAttrCase<"IsInf", 26, "isinf">,
  I32EnumAttrCase<"Sign", 27, "sign">, I32EnumAttrCase<"Reciprocal", 28, "reciprocal">,
  I32EnumAttrCase<"BitNot", 29, "bitnot">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_BinaryKind : I32EnumAttr<"BinaryKind", "function of two values", [
  I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Sub", 1, "sub">,
  I32EnumAttrCase<"Mul", 2, "mul">, I32EnumAttrCase<"Div", 3, "div">,
  I32EnumAttrCase<"Pow", 4, "pow">, I32EnumAttrCase<"Min", 5, "min">,
  I32EnumAttrCase<"Max", 6, "max">, I32EnumAttrCase<"Mod", 7, "mod">,
  I32EnumAttrCase<"Fmod", 8, "fmod">, I32EnumAttrCase<"And", 9, "and">,
  I32EnumAttrCase<"Or", 10, "or">, I32EnumAttrCase<"Xor", 11, "xor">,
  I32EnumAttrCase<"ShiftLeft", 12, "shl">, I32EnumAttrCase<"ShiftRight", 13, "shr">]> {
  let cppNamespace = "::mdc::graph";
}
def Graph_CompareKind : I32EnumAttr<"CompareKind", "relation of two values", [
  I32EnumAttrCase<"Equal", 0, "eq">, I32EnumAttrCase<"Less", 1, "lt">,
  I32EnumAttrCase<"LessOrEqual", 2, "le">, I32EnumAttrCase<"Greater", 3, "gt">,
  I32EnumAttrCase<"GreaterOrEqual", 4, "ge">]> {
  let cppNamespace = "::mdc::graph";
}

def Graph_UnaryOp : Graph_InferredOp<"unary"> {
  let summary = "a function of each element";
  let description = [{
    C1: the result has the operand's shape; its element type is the operand's, i1 for isnan and
    isinf. C2: `not` takes i1; the transcendental functions take floats. Round is half to even, as
    ONNX asks.

    ```mlir
    %y = graph.unary tanh %x : tensor<4x8xf32>
    ```
  }];
  let arguments = (ins Graph_UnaryKind:$kind, Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $input attr-dict `:` type($input)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_BinaryOp : Graph_InferredOp<"binary"> {
  let summary = "a function of two elements, with broadcast";
  let description = [{
    C1: both operands have one element type. C2: the shapes broadcast as in NumPy.
    C3: and, or, xor, shl, shr take integers. Integer division truncates; mod takes the divisor's
    sign, fmod the dividend's.

    ```mlir
    %y = graph.binary add %a, %b : tensor<4x8xf32>, tensor<8xf32>
    ```
  }];
  let arguments = (ins Graph_BinaryKind:$kind, Graph_Tensor:$lhs, Graph_Tensor:$rhs);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_CompareOp : Graph_InferredOp<"compare"> {
  let summary = "a relation of two elements, with broadcast";
  let description = [{
    C1: both operands have one element type. C2: the shapes broadcast as in NumPy. The result is i1.

    ```mlir
    %y = graph.compare lt %a, %b : tensor<4x8xf32>, tensor<8xf32>
    ```
  }];
  let arguments = (ins Graph_CompareKind:$kind, Graph_Tensor:$lhs, Graph_Tensor:$rhs);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_SelectOp : Graph_InferredOp<"select"> {
  let summary = "one of two elements by a condition, with broadcast";
  let description = [{
    C1: the condition is i1. C2: both values have one element type. C3: the three shapes broadcast.

    ```mlir
    %y = graph.select %c, %a, %b : tensor<4x1xi1>, tensor<4x8xf32>, tensor<f32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$condition, Graph_Tensor:$onTrue, Graph_Tensor:$onFalse);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$condition `,` $onTrue `,` $onFalse attr-dict `:` "
                       "type($condition) `,` type($onTrue) `,` type($onFalse)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Graph_CastOp : Graph_Op<"cast"> {
  let summary = "the same values in another element type";
  let description = [{
    C1: the shape stays. Float to integer truncates and saturates; to i1 tests for non-zero.

    ```mlir
    %y = graph.cast %x : tensor<4xi64> to tensor<4xf32>
    ```
  }];
  let arguments = (ins Graph_Tensor:$input);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}
#endif
