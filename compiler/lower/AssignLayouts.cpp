#include "compiler/lower/Layout.h"
#include "compiler/lower/Passes.h"

using namespace mlir;

namespace mdc::lower {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "compiler/lower/Passes.h.inc"

namespace {
struct AssignLayoutsPass : impl::AssignLayoutsBase<AssignLayoutsPass> {
  using AssignLayoutsBase::AssignLayoutsBase;

  void runOnOperation() override {
    OpBuilder builder(&getContext());
    getOperation().walk([&](graph::FusedOp fused) {
      SmallVector<StringRef> texts(fused.getNumOperands() + fused.getNumResults(), "");
      fused->setAttr("layouts", builder.getStrArrayAttr(texts));
    });
  }
};
} // namespace
} // namespace mdc::lower
