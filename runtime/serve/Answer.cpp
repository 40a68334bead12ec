#include "runtime/serve/Answer.h"

#include "runtime/serve/JsonWriter.h"

#include <cstring>

namespace mdc::serve {

namespace {

// Memory up to the first stays with the connection; up to the second, if the last answer needed
// much of it.
constexpr size_t alwaysKeptBytes = 64 << 10, keptBytes = 1 << 20;

std::string_view reason(unsigned status) {
  switch (status) {
  case 200:
    return "200 OK";
  case 400:
    return "400 Bad Request";
  case 404:
    return "404 Not Found";
  case 405:
    return "405 Method Not Allowed";
  case 408:
    return "408 Request Timeout";
  case 413:
    return "413 Payload Too Large";
  case 415:
    return "415 Unsupported Media Type";
  case 431:
    return "431 Request Header Fields Too Large";
  case 503:
    return "503 Service Unavailable";
  default:
    return "500 Internal Server Error";
  }
}

} // namespace

void Answer::begin() {
  size_t capacity = buffer_.capacity();
  if (capacity > keptBytes || (capacity > alwaysKeptBytes && buffer_.size() < capacity / 4))
    buffer_ = std::string();
  buffer_.assign(headerRoomBytes, ' ');
  status = 200;
  contentType = "application/json";
  extraHeader = {};
  inferenceHeaderBytes.reset();
}

void Answer::fail(unsigned newStatus, std::string_view sentence) {
  begin();
  status = newStatus;
  buffer_ += "{\"error\":";
  appendJsonString(buffer_, sentence);
  buffer_ += '}';
}

std::string_view Answer::seal(bool keepAlive, bool isHead) {
  char header[headerRoomBytes];
  size_t used = 0;
  auto put = [&](std::string_view text) { used += text.copy(header + used, text.size()); };
  auto putNumber = [&](size_t number) {
    used = static_cast<size_t>(std::to_chars(header + used, std::end(header), number).ptr - header);
  };
  put("HTTP/1.1 ");
  put(reason(status));
  put("\r\nContent-Type: ");
  put(contentType);
  put("\r\nContent-Length: ");
  putNumber(contentBytes());
  if (inferenceHeaderBytes) {
    put("\r\nInference-Header-Content-Length: ");
    putNumber(*inferenceHeaderBytes);
  }
  put(keepAlive ? "\r\nConnection: keep-alive\r\n" : "\r\nConnection: close\r\n");
  put(extraHeader);
  put("\r\n");
  size_t start = headerRoomBytes - used;
  std::memcpy(buffer_.data() + start, header, used);
  return std::string_view(buffer_).substr(start, isHead ? used : std::string::npos);
}

} // namespace mdc::serve
