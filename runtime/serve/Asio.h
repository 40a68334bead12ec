// The one place that includes Boost.Asio, in the order that Boost 1.74 needs under C++20.
#pragma once

#include <utility> // asio/awaitable.hpp of Boost 1.74 uses std::exchange without it

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

namespace mdc::serve {

namespace net = boost::asio;
using ErrorCode = boost::system::error_code;

} // namespace mdc::serve
