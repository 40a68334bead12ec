// One client connection: reads a request, has it answered, writes the answer, begins again.
#pragma once

#include "runtime/serve/Answer.h"
#include "runtime/serve/Asio.h"
#include "runtime/serve/HttpServer.h"
#include "runtime/serve/PaddedBody.h"
#include "runtime/serve/Queue.h"
#include "runtime/serve/Service.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <memory>
#include <optional>

namespace mdc::serve {

// All members but the deadline are touched on the socket's strand, or in run() while the strand
// waits for it.
class HttpSession final : public Job, public std::enable_shared_from_this<HttpSession> {
public:
  using Socket = HttpSocket;

  HttpSession(Socket socket, HttpServer &server);
  ~HttpSession();

  // Begins to read; from then on pending operations keep the session alive.
  void start();

  // Called by the server's clock, on any thread: ends whatever waits too long.
  void checkDeadline(Clock::time_point now);

  // Lets an idle connection go; one in the middle of a request finishes it.
  void closeIfIdle();

  void run(Slot &slot) override;

private:
  enum class Phase {
    idle,    // no byte of the next request yet
    header,  // until the header is complete
    body,    // until the body is complete
    compute, // waits for a slot or computes; no socket operation pending
    write,   // until the answer is with the kernel
    linger   // answered; reads and drops what the client still sends, so that it sees the answer
  };

  void enter(Phase phase, Clock::duration limit);
  void beginRequest();
  void readSome();
  void onRead(ErrorCode code, size_t bytes);
  void onEnd(ErrorCode code);
  void feedParser();
  void onHeader();
  void acceptExpectation();
  void readBody(uint64_t bytes);
  void readBodyPart();
  void handleRequest();
  Request requestView() const;
  void refuse(unsigned status, const std::string &sentence, std::string_view extraHeader = {});
  void refuseForMemory();
  void writeAnswer();
  void writeRest(std::string_view rest);
  void afterWrite();
  void linger();
  void logRequest() const;

  Socket socket_;
  HttpServer &server_;
  boost::beast::flat_buffer input_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  PaddedBody body_;
  size_t bodyBytesRead_ = 0;
  Answer answer_;
  Route route_;
  Phase phase_ = Phase::idle;
  bool keepAlive_ = false;
  bool isExpired_ = false; // the deadline passed while an operation was pending
  bool isRefused_ = false; // answered before the request was read to its end
  size_t lingeredBytes_ = 0;
  Clock::time_point received_;
  std::shared_ptr<HttpSession> held_; // while in the queue
  std::atomic<Clock::rep> deadline_;
};

} // namespace mdc::serve
