// One HTTP answer in one buffer: content is appended first, the header is then written into the
// room kept in front of it, so a large tensor is copied once and sent with one write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mdc::serve {

class Answer {
public:
  // Starts a new answer: 200, JSON, empty. Keeps memory up to a limit for the next one.
  void begin();

  // Append content here; the first bytes are the header's room and must stay.
  std::string &content() { return buffer_; }
  size_t contentBytes() const { return buffer_.size() - headerRoomBytes; }

  // Replaces all content by {"error": sentence}.
  void fail(unsigned status, std::string_view sentence);

  // Writes the header; the result stays valid until begin(). `isHead`: the header alone.
  std::string_view seal(bool keepAlive, bool isHead);

  unsigned status = 200;
  std::string_view contentType = "application/json";
  std::string_view extraHeader;               // one complete line with its CRLF, static text
  std::optional<size_t> inferenceHeaderBytes; // Inference-Header-Content-Length

private:
  static constexpr size_t headerRoomBytes = 384;
  std::string buffer_;
};

} // namespace mdc::serve
