#include "runtime/serve/HttpSession.h"

#include "runtime/serve/JsonWriter.h"
#include "runtime/serve/Log.h"

#include <algorithm>
#include <cstring>

namespace mdc::serve {

namespace http = boost::beast::http;

namespace {

constexpr size_t readBytes = 16 << 10;
constexpr uint64_t bodyPartBytes = 1 << 20; // that the budget is asked for at once
constexpr size_t lingerBytesMax = 64 << 20;
constexpr std::string_view retrySoon = "Retry-After: 1\r\n";
constexpr Clock::duration noLimit = Clock::duration::max();

std::string_view view(boost::string_view text) { return {text.data(), text.size()}; }

} // namespace

HttpSession::HttpSession(Socket socket, HttpServer &server)
    : socket_(std::move(socket)), server_(server),
      body_(server.limits().keptBodyBytes, server.bodyBudget()),
      deadline_(Clock::duration::max().count()) {}

HttpSession::~HttpSession() { server_.remove(*this); }

void HttpSession::start() {
  server_.add(*this);
  ErrorCode ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  net::dispatch(socket_.get_executor(), [self = shared_from_this()] { self->beginRequest(); });
}

void HttpSession::enter(Phase phase, Clock::duration limit) {
  phase_ = phase;
  isExpired_ = false;
  auto deadline = limit == noLimit ? noLimit : (Clock::now() + limit).time_since_epoch();
  deadline_.store(deadline.count(), std::memory_order_relaxed);
}

void HttpSession::checkDeadline(Clock::time_point now) {
  auto isOver = [](const HttpSession &session, Clock::time_point time) {
    return time.time_since_epoch().count() > session.deadline_.load(std::memory_order_relaxed);
  };
  if (!isOver(*this, now))
    return;
  net::post(socket_.get_executor(), [self = shared_from_this(), isOver] {
    if (!isOver(*self, Clock::now()))
      return;
    self->isExpired_ = true;
    ErrorCode ignored;
    self->socket_.cancel(
        ignored); // the pending operation ends in its handler, which sees isExpired_
  });
}

void HttpSession::closeIfIdle() {
  net::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::idle)
      self->deadline_.store(0, std::memory_order_relaxed);
  });
}

void HttpSession::beginRequest() {
  parser_.emplace();
  parser_->header_limit(server_.limits().headerBytes);
  parser_->body_limit(server_.limits().bodyBytes);
  body_.clear();
  bodyBytesRead_ = 0;
  if (input_.size() > 0) {
    enter(Phase::header, server_.limits().header);
    return feedParser();
  }
  if (input_.capacity() > 4 * readBytes)
    input_.shrink_to_fit();
  enter(Phase::idle, server_.limits().idle);
  readSome();
}

void HttpSession::readSome() {
  socket_.async_read_some(
      input_.prepare(readBytes),
      [self = shared_from_this()](ErrorCode code, size_t bytes) { self->onRead(code, bytes); });
}

void HttpSession::onRead(ErrorCode code, size_t bytes) {
  if (code)
    return onEnd(code);
  input_.commit(bytes);
  if (phase_ == Phase::idle)
    enter(Phase::header, server_.limits().header);
  feedParser();
}

// The connection or its patience ended while a request was being read.
void HttpSession::onEnd(ErrorCode code) {
  bool isEof = code == net::error::eof;
  if (phase_ == Phase::idle || (!isEof && !isExpired_))
    return; // nobody waits for an answer; the session ends with its last handler
  auto seconds = [](std::chrono::seconds limit) { return std::to_string(limit.count()) + " s"; };
  if (phase_ == Phase::header)
    return isEof
               ? refuse(400,
                        "the connection ended inside the header; expected a complete HTTP request")
               : refuse(408, "the header is not complete after " +
                                 seconds(server_.limits().header) +
                                 "; expected a complete HTTP request");
  auto length = parser_->content_length();
  std::string got = length ? std::to_string(bodyBytesRead_) + " of " + std::to_string(*length) +
                                 " bytes of the body have arrived"
                           : "the chunked body is not complete";
  refuse(isEof ? 400 : 408, got + (isEof ? " at the connection's end" : " when its time was over") +
                                "; expected all of it");
}

void HttpSession::feedParser() {
  ErrorCode code;
  while (input_.size() > 0 && !parser_->is_done()) {
    bool hadHeader = parser_->is_header_done();
    size_t used = parser_->put(input_.data(), code);
    input_.consume(used);
    if (code == http::error::need_more) {
      code = {};
      break;
    }
    if (code == http::error::body_limit)
      return refuse(413, "the body is too large; expected at most " +
                             std::to_string(server_.limits().bodyBytes) + " bytes for this model");
    if (code == http::error::header_limit)
      return refuse(431, "the header is too large; expected at most " +
                             std::to_string(server_.limits().headerBytes) + " bytes");
    if (code)
      return refuse(400,
                    "the request is not valid HTTP (" + code.message() + "); expected HTTP/1.1");
    if (!hadHeader && parser_->is_header_done())
      return onHeader();
    // The parts as they lie in the parser, and their copy.
    if (const std::string &chunks = parser_->get().body();
        !body_.reserve(chunks.capacity() + chunks.size()))
      return refuseForMemory();
  }
  if (!parser_->is_done())
    return readSome();
  const std::string &chunks = parser_->get().body();
  std::memcpy(body_.resize(chunks.size()), chunks.data(), chunks.size());
  handleRequest();
}

void HttpSession::onHeader() {
  keepAlive_ = parser_->keep_alive();
  auto length = parser_->content_length();
  if (!parser_->chunked() && !length) {
    body_.resize(0);
    return handleRequest();
  }
  uint64_t bytes = length.value_or(0);
  enter(Phase::body,
        server_.limits().body + std::chrono::seconds(bytes / server_.limits().bodyBytesPerSecond));
  if (parser_->chunked()) {
    acceptExpectation();
    parser_->eager(true);
    return feedParser();
  }
  readBody(bytes);
}

// curl and others hold a large body back until the server has agreed to it.
void HttpSession::acceptExpectation() {
  auto field = parser_->get().find(http::field::expect);
  if (field == parser_->get().end() || !boost::beast::iequals(field->value(), "100-continue"))
    return;
  constexpr std::string_view proceed = "HTTP/1.1 100 Continue\r\n\r\n";
  ErrorCode ignored; // a client that cannot take 25 bytes will not get an answer either
  socket_.write_some(net::buffer(proceed.data(), proceed.size()), ignored);
}

// Reads a body of known length straight to where the tensors are taken from.
void HttpSession::readBody(uint64_t bytes) {
  std::byte *target = body_.resize(bytes);
  size_t buffered = std::min<size_t>(bytes, input_.size());
  if (!body_.reserve(buffered))
    return refuseForMemory();
  if (buffered)
    std::memcpy(target, input_.data().data(), buffered);
  input_.consume(buffered);
  bodyBytesRead_ = buffered;
  if (buffered < bytes)
    acceptExpectation();
  readBodyPart();
}

// The budget is asked part by part: what a client only promises to send takes none of it.
void HttpSession::readBodyPart() {
  std::span<std::byte> body = body_.writable();
  if (bodyBytesRead_ == body.size())
    return handleRequest();
  size_t part = std::min<size_t>(body.size() - bodyBytesRead_, bodyPartBytes);
  if (!body_.reserve(bodyBytesRead_ + part))
    return refuseForMemory();
  net::async_read(socket_, net::buffer(body.data() + bodyBytesRead_, part),
                  [self = shared_from_this()](ErrorCode code, size_t more) {
                    self->bodyBytesRead_ += more;
                    code ? self->onEnd(code) : self->readBodyPart();
                  });
}

Request HttpSession::requestView() const {
  const auto &message = parser_->get();
  return {.method = view(message.method_string()),
          .target = view(message.target()),
          .contentType = view(message[http::field::content_type]),
          .contentEncoding = view(message[http::field::content_encoding]),
          .inferenceHeaderBytes = view(message["Inference-Header-Content-Length"]),
          .body = body_.bytes()};
}

void HttpSession::handleRequest() {
  received_ = Clock::now();
  enter(Phase::compute, noLimit);
  if (server_.service().answer(requestView(), route_, answer_))
    return writeAnswer();
  held_ = shared_from_this();
  if (server_.queue().submit(*this))
    return; // run() may be over already, so nothing here is touched any more
  held_.reset();
  answer_.fail(503, "all contexts are busy and the queue is full; expected a retry after a moment");
  answer_.extraHeader = retrySoon;
  writeAnswer();
}

void HttpSession::run(Slot &slot) {
  auto self = std::move(held_);
  server_.service().infer(slot, requestView(), route_, answer_);
  net::dispatch(socket_.get_executor(), [self = std::move(self)] { self->writeAnswer(); });
}

void HttpSession::refuseForMemory() {
  refuse(503,
         "the bodies of all requests would take more than " +
             std::to_string(server_.limits().allBodiesBytes) +
             " bytes together; expected a retry after a moment",
         retrySoon);
}

// Answers a request that has not been read to its end; the connection cannot go on after it.
void HttpSession::refuse(unsigned status, const std::string &sentence,
                         std::string_view extraHeader) {
  received_ = Clock::now();
  isRefused_ = true;
  keepAlive_ = false;
  body_.clear();
  answer_.fail(status, sentence);
  answer_.extraHeader = extraHeader;
  writeAnswer();
}

void HttpSession::writeAnswer() {
  keepAlive_ &= !server_.isDraining();
  bool isHead = parser_->is_header_done() && parser_->get().method() == http::verb::head;
  std::string_view rest = answer_.seal(keepAlive_, isHead);
  enter(Phase::write, server_.limits().write);
  // Most answers fit the socket's buffer; then no event loop turn is needed.
  ErrorCode code;
  size_t written = socket_.write_some(net::buffer(rest.data(), rest.size()), code);
  if (code && code != net::error::would_block)
    return;
  rest.remove_prefix(written);
  rest.empty() ? afterWrite() : writeRest(rest);
}

void HttpSession::writeRest(std::string_view rest) {
  net::async_write(socket_, net::buffer(rest.data(), rest.size()),
                   [self = shared_from_this()](ErrorCode code, size_t) {
                     if (!code)
                       self->afterWrite();
                   });
}

void HttpSession::afterWrite() {
  server_.service().metrics().countRequest(answer_.status);
  server_.service().metrics().request.observe(Clock::now() - received_);
  if (logs(LogLevel::debug) || answer_.status == 500)
    logRequest();
  if (!keepAlive_) {
    ErrorCode ignored;
    socket_.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    // Closing with unread bytes would reset the connection and may take the answer from the client.
    if (isRefused_ || input_.size() > 0) {
      enter(Phase::linger, server_.limits().linger);
      linger();
    }
    return;
  }
  if (input_.size() == 0)
    return beginRequest();
  // Pipelined requests take turns with other connections, and do not nest on the stack.
  net::post(socket_.get_executor(), [self = shared_from_this()] { self->beginRequest(); });
}

void HttpSession::linger() {
  input_.clear();
  socket_.async_read_some(input_.prepare(readBytes),
                          [self = shared_from_this()](ErrorCode code, size_t bytes) {
                            self->lingeredBytes_ += bytes;
                            if (!code && self->lingeredBytes_ < lingerBytesMax)
                              self->linger();
                          });
}

void HttpSession::logRequest() const {
  bool hasHeader = parser_->is_header_done();
  double seconds = std::chrono::duration<double>(Clock::now() - received_).count();
  log(answer_.status == 500 ? LogLevel::warn : LogLevel::debug, "request",
      {{"method", hasHeader ? view(parser_->get().method_string()) : std::string_view()},
       {"path", hasHeader ? view(parser_->get().target()) : std::string_view()},
       {"status", uint64_t{answer_.status}},
       {"bytes", uint64_t{body_.bytes().size()}},
       {"seconds", seconds}});
}

} // namespace mdc::serve
