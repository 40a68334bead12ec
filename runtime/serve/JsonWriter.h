// Appends JSON to a string; the caller places commas and brackets.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

namespace mdc::serve {

// Quoted and escaped. A byte that is not part of valid UTF-8 becomes '?', so the result is always
// JSON.
void appendJsonString(std::string &out, std::string_view text);

// Integers exactly; floats as the shortest digits that read back to the same value of that type.
template <class Number> void appendJsonNumber(std::string &out, Number value) {
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

// `text` in single quotes for an error sentence: at most 64 bytes of it, control characters as '?'.
std::string quoteForError(std::string_view text);

} // namespace mdc::serve
