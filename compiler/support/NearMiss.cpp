#include "compiler/support/NearMiss.h"

#include <algorithm>

namespace mdc {

std::optional<std::string> nearMiss(llvm::StringRef word, llvm::ArrayRef<std::string> candidates) {
  std::optional<std::string> best;
  // Two edits are always allowed: a swapped pair of letters in a short word costs two.
  unsigned fewestEdits = std::max<unsigned>(2, static_cast<unsigned>(word.size()) / 3) + 1;
  for (const std::string &candidate : candidates) {
    const unsigned edits = word.edit_distance_insensitive(candidate);
    const bool nothingKept = edits >= std::max(word.size(), candidate.size());
    if (edits < fewestEdits && !nothingKept) {
      fewestEdits = edits;
      best = candidate;
    }
  }
  return best;
}

std::string listOf(llvm::ArrayRef<std::string> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0)
      text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

} // namespace mdc
