#include "runtime/serve/Routes.h"

#include <gtest/gtest.h>

using namespace mdc::serve;

TEST(Routes, KnowsThePathsOfTheProtocol) {
  EXPECT_EQ(findRoute("/v2").endpoint, Endpoint::serverMetadata);
  EXPECT_EQ(findRoute("/v2/").endpoint, Endpoint::serverMetadata);
  EXPECT_EQ(findRoute("/v2/health/live").endpoint, Endpoint::live);
  EXPECT_EQ(findRoute("/v2/health/ready?verbose=1").endpoint, Endpoint::ready);
  EXPECT_EQ(findRoute("/metrics").endpoint, Endpoint::metrics);
  EXPECT_EQ(findRoute("/v2/models/m").endpoint, Endpoint::modelMetadata);
  EXPECT_EQ(findRoute("/v2/models/m/ready").endpoint, Endpoint::modelReady);
  EXPECT_EQ(findRoute("/v1/models/m").endpoint, Endpoint::modelStatus);
  EXPECT_EQ(findRoute("/v1/models/m:predict").endpoint, Endpoint::predict);
  Route route = findRoute("/v2/models/m/versions/1.0.0/infer");
  EXPECT_EQ(route.endpoint, Endpoint::infer);
  EXPECT_EQ(route.model, "m");
  EXPECT_EQ(route.version, "1.0.0");
  EXPECT_EQ(findRoute("/v1/models/m/versions/3:predict").version, "3");
}

TEST(Routes, KnowsNoOthers) {
  for (const char *path :
       {"", "/", "/v3", "/v2/models", "/v2/models/", "/v2/models//infer", "/v2/models/m/x",
        "/v2/models/m/infer/x", "/v2/models/m/versions", "/v2/models/m/versions//infer",
        "/v1/models/:predict", "/v1/models/m/x:predict", "*", "http://h/v2"})
    EXPECT_EQ(findRoute(path).endpoint, Endpoint::none) << path;
}

TEST(Routes, ReadsPercentEncodedNames) {
  EXPECT_TRUE(segmentIs("my%20model", "my model"));
  EXPECT_TRUE(segmentIs("a%2Fb", "a/b"));
  EXPECT_FALSE(segmentIs("a%2", "a/"));
  EXPECT_FALSE(segmentIs("a%zz", "a"));
  EXPECT_FALSE(segmentIs("a", "ab"));
  EXPECT_FALSE(segmentIs("ab", "a"));
}
