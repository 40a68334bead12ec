// All of the dialect, for TableGen.
include "dialects/graph/Elementwise.td"
include "dialects/graph/ShapeOps.td"
include "dialects/graph/Matmul.td"
include "dialects/graph/Window.td"
include "dialects/graph/Reduce.td"
include "dialects/graph/Control.td"
include "dialects/graph/Quantize.td"
