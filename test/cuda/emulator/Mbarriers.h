// mbarriers in shared memory, and copies of tiles that they count.
#pragma once

#include <cstdint>

namespace mdc::emulator {

void initMbarrier(uint64_t *mbarrier, uint32_t threads);
/// The calling thread arrives; `bytes` more are expected in this phase.
void arriveAtMbarrier(uint64_t *mbarrier, uint32_t bytes);
void waitForMbarrier(uint64_t *mbarrier, uint32_t parity);

/// See mdc_copy_tile.
void startTile(void *shared, const void *map, const int32_t at[4], uint64_t *mbarrier);

/// No thread, tile or mbarrier of the block before is left.
void forgetMbarriers();
/// Whether a tile was on its way; it has landed then.
bool landTile();

} // namespace mdc::emulator
