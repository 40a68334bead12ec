// An ONNX model as a module with one function of graph ops.
#pragma once

#include "compiler/import/OnnxModel.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace mdc::importer {

struct ImportOptions {
  /// How one open dimension of the inputs is bound. A nameless one is called "INPUT.AXIS".
  struct Dim {
    std::string name;
    int64_t min = 1, max = 1; ///< the extents that a request may have
    bool open = false;        ///< stays a symbol; else `max` is the extent
  };
  std::vector<Dim> dims;
};

/// The graph as `func.func @main`: an argument for each true input and a result for each output,
/// each with its name as "graph.name"; "graph.dims" names the open dimensions, symbol i the i-th,
/// "graph.max" their largest extents (an array attribute and a dense i64 array). Locations are the
/// nodes' names. Large constants are views into the file's memory, which the module keeps alive.
/// Open dimensions of two inputs that the graph combines element by element are one symbol, under
/// the name of the smaller. Null after at least one error: all nodes that cannot be imported are
/// reported in one run.
mlir::OwningOpRef<mlir::ModuleOp> importModel(const OnnxModel &model, const ImportOptions &options,
                                              mlir::MLIRContext *context, Diagnostics &diagnostics);

/// The names of all operators of ai.onnx that can be imported, sorted.
std::vector<std::string> supportedOps();

} // namespace mdc::importer
