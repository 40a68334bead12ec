#include "runtime/serve/JsonWriter.h"

namespace mdc::serve {

namespace {

// Bytes of the UTF-8 sequence at the start of `text`, 0 if there is none (RFC 3629, table 3-7 of
// Unicode).
size_t utf8Length(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto continues = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  unsigned first = byte(0), second = byte(1);
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first <= 0xdf)
    return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    bool overlong = first == 0xe0 && second < 0xa0;
    bool surrogate = first == 0xed && second > 0x9f;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    bool outside = (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return continues(1) && continues(2) && continues(3) && !outside ? 4 : 0;
  }
  return 0;
}

void appendEscaped(std::string &out, char character) {
  static const char hex[] = "0123456789abcdef";
  switch (character) {
  case '"':
    out += "\\\"";
    return;
  case '\\':
    out += "\\\\";
    return;
  case '\n':
    out += "\\n";
    return;
  case '\r':
    out += "\\r";
    return;
  case '\t':
    out += "\\t";
    return;
  default:
    out += "\\u00";
    out += hex[(character >> 4) & 15];
    out += hex[character & 15];
  }
}

} // namespace

void appendJsonString(std::string &out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    auto character = static_cast<unsigned char>(text[0]);
    size_t length = utf8Length(text);
    if (length == 0)
      out += '?';
    else if (length == 1 && (character < 0x20 || character == '"' || character == '\\'))
      appendEscaped(out, text[0]);
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length ? length : 1);
  }
  out += '"';
}

std::string quoteForError(std::string_view text) {
  constexpr size_t maxBytes = 64;
  std::string result = "'";
  for (char character : text.substr(0, maxBytes))
    result += static_cast<unsigned char>(character) < 0x20 ? '?' : character;
  result += text.size() > maxBytes ? "...'" : "'";
  return result;
}

} // namespace mdc::serve
