// What generated code calls.
#include "runtime/cpu/KernelContext.h"

void mdc_parallel_for(MdcContext *context, MdcBody body, void *captures, int64_t count) {
  context->pool->parallelFor(body, captures, count);
}

void mdc_index_error(MdcContext *context, int64_t index, int64_t extent) {
  if (context->indexFailed.exchange(true))
    return;
  context->badIndex = index;
  context->badIndexExtent = extent;
}
