#include "compiler/support/NearMiss.h"

#include <algorithm>

namespace mdc {

std::optional<std::string> nearMiss(llvm::StringRef word, llvm::ArrayRef<std::string> candidates) {
  std::optional<std::string> best;
  // Two edits are always allowed: a swapped pair of letters in a short word costs two.
  const unsigned mostEdits = std::max<unsigned>(2, static_cast<unsigned>(word.size()) / 3);
  // Of equally near ones a word that was not typed to its end: "sm_90" is sm_90a, not sm_80.
  std::pair<unsigned, bool> nearest{mostEdits + 1, false};
  for (const std::string &candidate : candidates) {
    const unsigned edits = word.edit_distance_insensitive(candidate);
    const bool nothingKept = edits >= std::max(word.size(), candidate.size());
    const std::pair rank{edits, !llvm::StringRef(candidate).starts_with_insensitive(word)};
    if (rank < nearest && !nothingKept) {
      nearest = rank;
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
