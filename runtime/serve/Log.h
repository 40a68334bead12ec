// JSON lines on stderr: {"time":...,"level":...,"event":...,fields}. MDC_LOG=debug|info|warn|off
// sets the least level; debug adds one line for each request.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace mdc::serve {

enum class LogLevel { debug, info, warn, off };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, double, uint64_t> value;
};

// Reads MDC_LOG; call once before any thread logs. An unknown value means info.
void startLog();

bool logs(LogLevel level);

// Safe from any thread: one write call for a line.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

} // namespace mdc::serve
