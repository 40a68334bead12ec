#include "runtime/serve/Log.h"

#include "runtime/serve/JsonWriter.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace mdc::serve {

namespace {

LogLevel leastLevel = LogLevel::info;

constexpr std::string_view levelNames[] = {"debug", "info", "warn", "off"};

void appendTime(std::string &line) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  tm utc;
  gmtime_r(&now.tv_sec, &utc);
  char text[40];
  size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + length, sizeof text - length, ".%03ldZ", now.tv_nsec / 1000000);
  line += text;
}

} // namespace

void startLog() {
  leastLevel = LogLevel::info;
  if (const char *wanted = std::getenv("MDC_LOG"))
    for (int level = 0; level < 4; ++level)
      if (wanted == levelNames[level])
        leastLevel = static_cast<LogLevel>(level);
}

bool logs(LogLevel level) { return level >= leastLevel && level != LogLevel::off; }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logs(level))
    return;
  std::string line = "{\"time\":\"";
  appendTime(line);
  line += "\",\"level\":\"";
  line += levelNames[static_cast<int>(level)];
  line += "\",\"event\":";
  appendJsonString(line, event);
  for (const LogField &field : fields) {
    line += ',';
    appendJsonString(line, field.name);
    line += ':';
    if (auto *text = std::get_if<std::string_view>(&field.value))
      appendJsonString(line, *text);
    else if (auto *number = std::get_if<double>(&field.value))
      appendJsonNumber(line, *number);
    else
      appendJsonNumber(line, std::get<uint64_t>(field.value));
  }
  line += "}\n";
  // A log that nobody reads must not stop the server, so a failed write is dropped.
  [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace mdc::serve
