#include "runtime/serve/HttpServer.h"

#include "runtime/serve/Address.h"
#include "runtime/serve/HttpSession.h"
#include "runtime/serve/Log.h"

#include <vector>

namespace mdc::serve {

HttpServer::HttpServer(net::io_context &io, Service &service, Queue &queue,
                       const HttpLimits &limits)
    : io_(io), strand_(net::make_strand(io)), acceptor_(io), clock_(io), pause_(io),
      service_(service), queue_(queue), limits_(limits), bodyBudget_(limits.allBodiesBytes) {}

HttpServer::~HttpServer() = default;

bool HttpServer::listen(const net::ip::tcp::endpoint &endpoint, std::string &error) {
  ErrorCode code;
  acceptor_.open(endpoint.protocol(), code);
  if (!code)
    acceptor_.set_option(net::socket_base::reuse_address(true), code);
  // "[::]" serves IPv4 too, whatever the system's default.
  if (!code && endpoint.address().is_v6())
    acceptor_.set_option(net::ip::v6_only(false), code);
  if (!code)
    acceptor_.bind(endpoint, code);
  if (!code)
    acceptor_.listen(net::socket_base::max_listen_connections, code);
  if (code)
    error = "cannot listen on " + printAddress(endpoint) + ": " + code.message() +
            "; expected a free port on an address of this machine, for example --http 127.0.0.1:0";
  return !code;
}

net::ip::tcp::endpoint HttpServer::address() const { return acceptor_.local_endpoint(); }

void HttpServer::accept() {
  net::dispatch(strand_, [this] {
    acceptNext();
    tick();
  });
}

void HttpServer::acceptNext() {
  acceptor_.async_accept(net::make_strand(io_),
                         net::bind_executor(strand_, [this](ErrorCode code, HttpSocket socket) {
                           if (!code)
                             startSession(std::move(socket));
                           if (isDraining() || code == net::error::operation_aborted)
                             return;
                           if (code)
                             return pauseAccepting(); // out of descriptors or memory
                           acceptNext();
                         }));
}

void HttpServer::startSession(HttpSocket socket) {
  auto open = service_.metrics().connections.load(std::memory_order_relaxed);
  if (open < static_cast<int64_t>(limits_.connections))
    std::make_shared<HttpSession>(std::move(socket), *this)->start();
}

// Connections that the kernel has made but nobody has taken yet: closing the acceptor would reset
// them, with the requests that they may already carry.
void HttpServer::acceptWaiting() {
  ErrorCode code;
  acceptor_.non_blocking(true, code);
  while (!code) {
    HttpSocket socket(net::make_strand(io_));
    acceptor_.accept(socket, code);
    if (!code)
      startSession(std::move(socket));
  }
}

// Accepting again at once would spin until a connection ends.
void HttpServer::pauseAccepting() {
  log(LogLevel::warn, "accept failed");
  pause_.expires_after(std::chrono::milliseconds(100));
  pause_.async_wait(net::bind_executor(strand_, [this](ErrorCode code) {
    if (!code && !isDraining())
      acceptNext();
  }));
}

// One clock for all connections: no timer is set and cancelled for each request.
void HttpServer::tick() {
  constexpr std::chrono::milliseconds interval(250), drainInterval(20);
  clock_.expires_after(isDraining() ? drainInterval : interval);
  clock_.async_wait(net::bind_executor(strand_, [this](ErrorCode) {
    auto now = Clock::now();
    eachSession([&](HttpSession &session) { session.checkDeadline(now); });
    if (!isDraining())
      return tick();
    if (now - drainStart_ >= limits_.drainIdle)
      eachSession([](HttpSession &session) { session.closeIfIdle(); });
    if (service_.metrics().connections.load() > 0)
      tick();
  }));
}

void HttpServer::drain() {
  net::dispatch(strand_, [this] {
    if (draining_.exchange(true))
      return;
    drainStart_ = Clock::now();
    ErrorCode ignored;
    acceptor_.cancel(ignored);
    acceptWaiting();
    acceptor_.close(ignored);
    pause_.cancel();
    clock_.cancel(); // its handler goes on at the drain's interval
  });
}

template <class Visit> void HttpServer::eachSession(Visit visit) {
  std::vector<std::shared_ptr<HttpSession>> alive;
  {
    std::lock_guard lock(mutex_);
    alive.reserve(sessions_.size());
    for (auto &[key, session] : sessions_)
      if (auto held = session.lock())
        alive.push_back(std::move(held));
  }
  // Outside the lock: the last reference may be ours, and its end takes the lock.
  for (auto &session : alive)
    visit(*session);
}

void HttpServer::add(HttpSession &session) {
  std::lock_guard lock(mutex_);
  sessions_.emplace(&session, session.weak_from_this());
  service_.metrics().connections.fetch_add(1);
}

void HttpServer::remove(HttpSession &session) {
  std::lock_guard lock(mutex_);
  if (sessions_.erase(&session))
    service_.metrics().connections.fetch_sub(1);
}

} // namespace mdc::serve
