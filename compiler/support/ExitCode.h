// What mdc and every binary that it builds tell their caller.
#pragma once

namespace mdc {

enum ExitCode : int {
  ExitDone = 0,
  ExitBadInput = 1,   ///< a bad spec, model or data file
  ExitUsage = 2,      ///< a command line that mdc does not understand
  ExitGateMissed = 3, ///< the accuracy gate of the spec does not hold
  ExitMismatch = 4,   ///< `test` or `verify` fails
  ExitNoDevice = 69,  ///< no device or driver (EX_UNAVAILABLE)
  ExitOurBug = 70,    ///< mdc broke a promise of its own (EX_SOFTWARE)
};

} // namespace mdc
