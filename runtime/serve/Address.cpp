#include "runtime/serve/Address.h"

#include <charconv>

namespace mdc::serve {

bool parseAddress(const std::string &text, net::ip::tcp::endpoint &endpoint, std::string &error) {
  error = "address '" + text +
          "'; expected a numeric one such as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080";
  size_t colon = text.rfind(':');
  if (colon == std::string::npos)
    return false;
  std::string host = text.substr(0, colon);
  uint16_t port;
  const char *end = text.data() + text.size();
  auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end)
    return false;
  if (host.empty())
    host = "0.0.0.0";
  bool hasBrackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (hasBrackets)
    host = host.substr(1, host.size() - 2);
  ErrorCode code;
  auto address = net::ip::make_address(host, code);
  if (code || address.is_v6() != hasBrackets)
    return false;
  endpoint = {address, port};
  error.clear();
  return true;
}

std::string printAddress(const net::ip::tcp::endpoint &endpoint) {
  std::string host = endpoint.address().to_string();
  if (endpoint.address().is_v6())
    host = "[" + host + "]";
  return host + ":" + std::to_string(endpoint.port());
}

net::ip::tcp::endpoint reachable(const net::ip::tcp::endpoint &endpoint) {
  if (!endpoint.address().is_unspecified())
    return endpoint;
  if (endpoint.address().is_v6())
    return {net::ip::address_v6::loopback(), endpoint.port()};
  return {net::ip::address_v4::loopback(), endpoint.port()};
}

} // namespace mdc::serve
