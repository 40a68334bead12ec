// Numeric socket addresses: the server asks no resolver, so the static binary needs none.
#pragma once

#include "runtime/serve/Asio.h"

#include <string>

namespace mdc::serve {

// "127.0.0.1:8080", "[::1]:8080" or ":8080" (all interfaces). False and one sentence for anything
// else.
bool parseAddress(const std::string &text, net::ip::tcp::endpoint &endpoint, std::string &error);

// "127.0.0.1:8080", "[::1]:8080".
std::string printAddress(const net::ip::tcp::endpoint &endpoint);

// Where a client on this machine reaches a server that listens at `endpoint`: loopback for an
// unspecified host.
net::ip::tcp::endpoint reachable(const net::ip::tcp::endpoint &endpoint);

} // namespace mdc::serve
