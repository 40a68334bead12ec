// Runs passes over a text file of graph or kernel ops: for tests.
#include "compiler/compress/Passes.h"
#include "compiler/lower/Lower.h"
#include "compiler/lower/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mdc::lower::registerDialects(registry);
  mdc::compress::registerMdcPasses();
  mdc::lower::registerMdcPasses();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "mdc-opt: graph and kernel passes\n", registry));
}
