#include "compiler/support/NumpyArchive.h"

#include "compiler/support/Files.h"
#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace mdc;

namespace {

NumpyArray arrayOf(const std::string &name, std::vector<int64_t> extents,
                   const std::vector<float> &values) {
  NumpyArray array;
  array.name = name;
  array.extents = std::move(extents);
  array.bytes.resize(values.size() * sizeof(float));
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

/// A .npy file of format 1.0.
std::string npyOf(const std::string &dictionary, const std::string &data) {
  std::string header("\x93NUMPY\x01\x00", 8);
  header += char(dictionary.size());
  header += '\0';
  return header + dictionary + data;
}

struct ANumpyFile : testing::Test {
  std::string refusalOf(const std::string &content) {
    EXPECT_FALSE(readNpy(folder.write("x.npy", content), diagnostics));
    return diagnostics.all().empty() ? "" : diagnostics.all().back().message;
  }

  test::TemporaryFolder folder;
  Diagnostics diagnostics{nullptr};
};

} // namespace

TEST_F(ANumpyFile, ComesBackFromAnArchiveAsItWasWritten) {
  std::vector<NumpyArray> arrays = {arrayOf("b", {2, 2}, {1, -2, 0.5, 4}), arrayOf("a", {}, {7})};
  ASSERT_TRUE(writeNpz(folder.path("new/x.npz"), arrays, diagnostics));
  auto read = readNpz(folder.path("new/x.npz"), diagnostics);
  ASSERT_TRUE(read && read->size() == 2);
  EXPECT_EQ((*read)[0].name, "a"); // sorted
  EXPECT_EQ((*read)[0].typeText(), "float32 []");
  EXPECT_EQ((*read)[1].typeText(), "float32 [2, 2]");
  EXPECT_EQ((*read)[1].element(1), -2);
  EXPECT_EQ((*read)[1].bytes, arrays[0].bytes);
}

TEST_F(ANumpyFile, IsReproducible) {
  std::vector<NumpyArray> arrays = {arrayOf("x", {3}, {1, 2, 3})};
  ASSERT_TRUE(writeNpz(folder.path("one.npz"), arrays, diagnostics));
  ASSERT_TRUE(writeNpz(folder.path("two.npz"), arrays, diagnostics));
  EXPECT_EQ(folder.read("one.npz"), folder.read("two.npz"));
}

TEST_F(ANumpyFile, AloneHasNoName) {
  auto array = readNpy(
      folder.write("x.npy", npyOf("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }",
                                  std::string("\x01\x00\xff\xff", 4))),
      diagnostics);
  ASSERT_TRUE(array);
  EXPECT_EQ(array->name, "");
  EXPECT_EQ(array->typeText(), "int16 [2]");
  EXPECT_EQ(array->element(1), -1);
}

TEST_F(ANumpyFile, IsRefusedWithWhatIsWrong) {
  EXPECT_EQ(refusalOf("x,y\n1,2\n"), "the file is not a .npy array");
  EXPECT_EQ(refusalOf(npyOf("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "1234")),
            "the file holds 4 bytes of data, expected 8");
  EXPECT_EQ(refusalOf(npyOf("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "1234")),
            "the file is not a little-endian array of float, int, uint or bool");
  EXPECT_NE(refusalOf(npyOf("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "1234"))
                .find("column-major"),
            std::string::npos);
  EXPECT_EQ(refusalOf(npyOf("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "1234")),
            "the file has a shape that cannot be read");
  EXPECT_EQ(refusalOf(std::string("\x93NUMPY\x01\x00\xff\x00{'de", 14)),
            "the file ends inside its header");
}

TEST_F(ANumpyFile, ThatLostItsEndIsRefused) {
  const std::string path = folder.path("a.npz");
  ASSERT_TRUE(writeNpz(path, {arrayOf("a", {1}, {7})}, diagnostics));
  auto whole = readFile(path, diagnostics);
  ASSERT_TRUE(whole);
  const std::string cut = folder.write("b.npz", whole->getBuffer().drop_back(10).str());
  EXPECT_FALSE(readNpz(cut, diagnostics));
  ASSERT_FALSE(diagnostics.all().empty());
  EXPECT_EQ(diagnostics.all().back().message, "is cut off: its directory is not whole");
}

TEST_F(ANumpyFile, IsNamedWhenItIsNotThere) {
  EXPECT_FALSE(readNpy(folder.path("none.npy"), diagnostics));
  EXPECT_FALSE(readNpz(folder.path("none.npz"), diagnostics));
  EXPECT_EQ(diagnostics.errorCount(), 2u);
  EXPECT_EQ(diagnostics.all().back().location.file, folder.path("none.npz"));
}

TEST_F(ANumpyFile, IsWholeOrNotThereAtAll) {
  std::vector<NumpyArray> arrays = {arrayOf("x", {1}, {1})};
  EXPECT_FALSE(writeNpz("/proc/none/x.npz", arrays, diagnostics));
  EXPECT_EQ(diagnostics.errorCount(), 1u);
}
