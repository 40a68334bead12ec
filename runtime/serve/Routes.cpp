#include "runtime/serve/Routes.h"

namespace mdc::serve {

namespace {

// Takes the next segment off `path`, which starts with '/' or is empty.
std::string_view takeSegment(std::string_view &path) {
  if (path.empty())
    return {};
  path.remove_prefix(1);
  std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

int hexValue(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  digit |= 0x20;
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

Route findV2Model(std::string_view path) {
  Route route;
  route.model = takeSegment(path);
  std::string_view action = takeSegment(path);
  if (action == "versions") {
    route.version = takeSegment(path);
    if (route.version.empty())
      return {};
    action = takeSegment(path);
  }
  if (route.model.empty() || !path.empty())
    return {};
  if (action.empty())
    route.endpoint = Endpoint::modelMetadata;
  else if (action == "ready")
    route.endpoint = Endpoint::modelReady;
  else if (action == "infer")
    route.endpoint = Endpoint::infer;
  return route;
}

Route findV1Model(std::string_view path) {
  constexpr std::string_view verb = ":predict";
  Route route;
  route.endpoint = Endpoint::modelStatus;
  if (path.ends_with(verb)) {
    path.remove_suffix(verb.size());
    route.endpoint = Endpoint::predict;
  }
  route.model = takeSegment(path);
  if (!path.empty()) {
    if (takeSegment(path) != "versions")
      return {};
    route.version = takeSegment(path);
    if (route.version.empty())
      return {};
  }
  return route.model.empty() || !path.empty() ? Route() : route;
}

} // namespace

Route findRoute(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  if (path.ends_with('/'))
    path.remove_suffix(1);
  if (path == "/v2")
    return {Endpoint::serverMetadata, {}, {}};
  if (path == "/v2/health/live")
    return {Endpoint::live, {}, {}};
  if (path == "/v2/health/ready")
    return {Endpoint::ready, {}, {}};
  if (path == "/metrics")
    return {Endpoint::metrics, {}, {}};
  if (path == "/openapi.json")
    return {Endpoint::openApi, {}, {}};
  constexpr std::string_view models = "/v2/models", servingModels = "/v1/models";
  if (path.starts_with("/v2/models/"))
    return findV2Model(path.substr(models.size()));
  if (path.starts_with("/v1/models/"))
    return findV1Model(path.substr(servingModels.size()));
  return {};
}

bool segmentIs(std::string_view segment, std::string_view text) {
  while (!segment.empty() && !text.empty()) {
    char character = segment[0];
    size_t used = 1;
    if (character == '%' && segment.size() >= 3) {
      int high = hexValue(segment[1]), low = hexValue(segment[2]);
      if (high < 0 || low < 0)
        return false;
      character = static_cast<char>(high * 16 + low);
      used = 3;
    }
    if (character != text[0])
      return false;
    segment.remove_prefix(used);
    text.remove_prefix(1);
  }
  return segment.empty() && text.empty();
}

} // namespace mdc::serve
