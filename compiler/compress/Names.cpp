#include "compiler/compress/Names.h"

using namespace mlir;

namespace mdc::compress {

namespace {

NameLoc firstName(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name;
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (NameLoc name = firstName(part))
        return name;
  return {};
}

// After a mismatch the last `*` takes one character more: linear for one `*`, never exponential.
bool matches(StringRef pattern, StringRef name) {
  size_t at = 0, in = 0, star = StringRef::npos, resume = 0;
  while (in < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == name[in])) {
      ++at;
      ++in;
    } else if (star != StringRef::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  return pattern.substr(at).find_first_not_of('*') == StringRef::npos;
}

} // namespace

std::string nodeNameOf(Operation *op) {
  NameLoc name = firstName(op->getLoc());
  return name ? name.getName().str() : std::string();
}

bool matchesAny(ArrayRef<std::string> patterns, StringRef name) {
  return llvm::any_of(patterns, [&](const std::string &pattern) { return matches(pattern, name); });
}

} // namespace mdc::compress
