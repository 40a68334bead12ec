// A kernel did what the hardware would punish or leave undefined: one sentence, then abort.
#pragma once

namespace mdc::emulator {

[[noreturn]] void fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

} // namespace mdc::emulator
