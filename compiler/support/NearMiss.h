// "did you mean": the candidate that a misspelt word was probably meant to be.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace mdc {

/// The candidate with the fewest edits from `word`; none if more than a third of the word would
/// change. Of equals the first wins.
std::optional<std::string> nearMiss(llvm::StringRef word, llvm::ArrayRef<std::string> candidates);

/// "a, b or c".
std::string listOf(llvm::ArrayRef<std::string> words);

} // namespace mdc
