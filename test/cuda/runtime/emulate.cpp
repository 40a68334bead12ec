// The plainest way to run a kernel: its threads one after the other.
#include <cstdint>

thread_local unsigned emulatedThread, emulatedBlock;

extern "C" void mdc_emulate(void (*kernel)(const uint64_t *), const uint64_t *arguments,
                            const unsigned grid[3], unsigned threads, unsigned) {
  for (emulatedBlock = 0; emulatedBlock < grid[0] * grid[1] * grid[2]; ++emulatedBlock)
    for (emulatedThread = 0; emulatedThread < threads; ++emulatedThread)
      kernel(arguments);
}
