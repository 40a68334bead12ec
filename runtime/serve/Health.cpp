#include "runtime/serve/Address.h"
#include "runtime/serve/Server.h"

#include <cstdio>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace mdc::serve {

namespace {

// Plain system calls: Asio's blocking reads know no time limit.
class Connection {
public:
  explicit Connection(const net::ip::tcp::endpoint &endpoint)
      : descriptor_(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    timeval limit{.tv_sec = 2, .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); // of connect() too
    isOpen_ = ::connect(descriptor_, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  }
  ~Connection() { ::close(descriptor_); }
  Connection(const Connection &) = delete;
  Connection &operator=(const Connection &) = delete;

  bool isOpen() const { return isOpen_; }

  // The answer's first bytes, empty when none came in time.
  std::string ask(std::string_view request) {
    if (::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) < 0)
      return {};
    std::string answer;
    char block[512];
    while (answer.find("\r\n") == std::string::npos) {
      ssize_t bytes = ::recv(descriptor_, block, sizeof block, 0);
      if (bytes <= 0)
        break;
      answer.append(block, static_cast<size_t>(bytes));
    }
    return answer;
  }

private:
  int descriptor_;
  bool isOpen_ = false;
};

int refuse(const std::string &error) {
  std::fprintf(stderr, "error: %s\n", error.c_str());
  return 1;
}

} // namespace

int health(const std::string &address) {
  net::ip::tcp::endpoint endpoint;
  std::string error;
  if (!parseAddress(address, endpoint, error))
    return refuse(error);
  endpoint = reachable(endpoint);
  std::string place = printAddress(endpoint);
  Connection connection(endpoint);
  if (!connection.isOpen())
    return refuse("no server answers on " + place + " (" + std::strerror(errno) +
                  "); expected the address that `serve --http` was given");
  std::string answer = connection.ask("GET /v2/health/ready HTTP/1.1\r\nHost: " + place +
                                      "\r\nConnection: close\r\n\r\n");
  if (answer.starts_with("HTTP/1.1 200 "))
    return 0;
  std::string status = answer.substr(0, answer.find("\r\n"));
  return refuse("the server on " + place + " is not ready (" +
                (status.empty() ? "no answer within 2 s" : status) + "); expected 200");
}

} // namespace mdc::serve
