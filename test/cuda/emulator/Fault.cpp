#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Block.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace mdc::emulator {

void fault(const char *format, ...) {
  std::fflush(stdout);
  std::fprintf(stderr, "emulator: ");
  if (current)
    std::fprintf(stderr, "block (%u, %u, %u), thread %u: ", position.block[0], position.block[1],
                 position.block[2], current->index);
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "\n");
  std::fflush(stderr);
  std::abort();
}

} // namespace mdc::emulator
