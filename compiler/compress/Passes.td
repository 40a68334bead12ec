// The passes of the stage: graph ops in, graph ops out.
#ifndef MDC_COMPRESS_PASSES_TD
#define MDC_COMPRESS_PASSES_TD
include "mlir/Pass/PassBase.td"

def ForgetCalibration : Pass<"mdc-forget-calibration", "::mlir::func::FuncOp"> {
  let summary = "removes what calibration noted on the graph";
  let description = [{
    Takes `graph.ranges`, `graph.range`, `graph.channel_mean` and `graph.gram` off ops and
    arguments, so that equal regions are equal again. Nothing else changes; `graph.compression`
    stays.
  }];
}
#endif
