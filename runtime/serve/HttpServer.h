// Accepts connections, keeps their clock and ends them in a drain.
#pragma once

#include "runtime/serve/Asio.h"
#include "runtime/serve/BodyBudget.h"
#include "runtime/serve/Queue.h"
#include "runtime/serve/Service.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace mdc::serve {

class HttpSession;

struct HttpLimits {
  uint64_t bodyBytes = 0;
  uint64_t allBodiesBytes = 64 << 20; // of all connections together
  size_t keptBodyBytes = 64 << 10;    // of a connection between requests
  uint32_t headerBytes = 16 << 10;
  size_t connections = 4096;
  std::chrono::seconds idle{75};
  std::chrono::seconds header{10};
  std::chrono::seconds body{30}; // and one more for every bodyBytesPerSecond
  uint64_t bodyBytesPerSecond = 64 << 10;
  std::chrono::seconds write{30};
  std::chrono::seconds linger{2};
  std::chrono::milliseconds drainIdle{
      500}; // an idle connection may still ask for readiness in a drain
};

// The handlers of each connection run on a strand of its own.
using HttpSocket =
    net::basic_stream_socket<net::ip::tcp, net::strand<net::io_context::executor_type>>;

class HttpServer {
public:
  HttpServer(net::io_context &io, Service &service, Queue &queue, const HttpLimits &limits);
  ~HttpServer();

  // False and one sentence if the address cannot be bound. Connections are taken from accept() on.
  bool listen(const net::ip::tcp::endpoint &endpoint, std::string &error);
  net::ip::tcp::endpoint address() const;
  void accept();

  // Stops accepting; connections end after their current request, idle ones after
  // limits().drainIdle. The io_context runs out of work when the last one has ended.
  void drain();

  bool isDraining() const { return draining_.load(std::memory_order_relaxed); }
  const HttpLimits &limits() const { return limits_; }
  Service &service() { return service_; }
  Queue &queue() { return queue_; }
  BodyBudget &bodyBudget() { return bodyBudget_; }

private:
  friend class HttpSession;
  void add(HttpSession &session);
  void remove(HttpSession &session);
  void acceptNext();
  void acceptWaiting();
  void startSession(HttpSocket socket);
  void pauseAccepting();
  void tick();
  template <class Visit> void eachSession(Visit visit);

  net::io_context &io_;
  // Acceptor and timers run on one strand.
  net::strand<net::io_context::executor_type> strand_;
  net::ip::tcp::acceptor acceptor_;
  net::steady_timer clock_;
  net::steady_timer pause_;
  Service &service_;
  Queue &queue_;
  const HttpLimits limits_;
  BodyBudget bodyBudget_;
  std::atomic<bool> draining_{false};
  Clock::time_point drainStart_;
  std::mutex mutex_;
  std::unordered_map<HttpSession *, std::weak_ptr<HttpSession>> sessions_;
};

} // namespace mdc::serve
