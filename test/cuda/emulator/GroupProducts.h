// wgmma: products of a warpgroup whose operands lie in shared memory.
#pragma once

#include "test/cuda/emulator/Matrices.h"

#include <cstdint>

namespace mdc::emulator {

struct GroupOperands {
  uint64_t left, right; // descriptors
  bool leftAcross = false, rightAcross = false;
};

/// `sums` of the calling thread, floats or of bytes i32, as mdc_wgmma says, gain the products some
/// time before a wait returns.
void startProduct(Element element, unsigned columns, void *sums, const GroupOperands &operands);
/// The same of 16-bit elements of which the left ones, of 64 rows, are the lanes' `left`.
void startProduct(Element element, unsigned columns, void *sums, const uint32_t left[4],
                  const GroupOperands &operands);
/// The registers of the sums may be used by products from here on.
void fenceProducts();
void commitProducts();
void waitForProducts(unsigned openGroups);

} // namespace mdc::emulator
