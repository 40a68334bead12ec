#include "compiler/link/Ptxas.h"

#include "gtest/gtest.h"

using namespace mdc;
using namespace mdc::link;
using llvm::VersionTuple;

TEST(Ptxas, SaysItsVersionBehindRelease) {
  EXPECT_EQ(ptxasVersionIn("ptxas: NVIDIA (R) Ptx optimizing assembler\n"
                           "Cuda compilation tools, release 12.4, V12.4.131\n"),
            VersionTuple(12, 4));
  EXPECT_TRUE(ptxasVersionIn("").empty());
  EXPECT_TRUE(ptxasVersionIn("a press release of today").empty());
}

TEST(Ptxas, TheFirstThatIsNewEnoughIsTaken) {
  std::vector<Ptxas> all = {{"/a", VersionTuple(11, 8), ""},
                            {"/b", {}, "cannot start '/b': Permission denied"},
                            {"/c", VersionTuple(12, 4), ""},
                            {"/d", VersionTuple(13, 0), ""}};
  EXPECT_EQ(choosePtxas(all, VersionTuple(12, 0)), "/c");
  EXPECT_EQ(choosePtxas(all, VersionTuple(12, 8)), "/d");
  EXPECT_EQ(choosePtxas(all, VersionTuple(13, 1)), "");
  EXPECT_EQ(choosePtxas({}, VersionTuple(12, 0)), "");
}

TEST(Ptxas, WhereAllAreTooOldOneErrorNamesThem) {
  Diagnostics diagnostics(nullptr);
  refusePtxas({{"/a", VersionTuple(11, 8), ""}, {"/b", {}, "cannot start '/b': Permission denied"}},
              VersionTuple(12, 8), " for sm_100", diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].message,
            "'/a' is of CUDA 11.8, expected CUDA 12.8 or newer for sm_100");
  ASSERT_EQ(diagnostics.all()[0].notes.size(), 2u);
  EXPECT_EQ(diagnostics.all()[0].notes[0], "cannot start '/b': Permission denied");
  EXPECT_EQ(diagnostics.all()[0].notes[1], ptxasRemedy);
}
