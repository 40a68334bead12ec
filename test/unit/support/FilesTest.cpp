#include "compiler/support/Files.h"
#include "compiler/support/NumpyArchive.h"
#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

using namespace mdc;

static const char emptyDigest[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; // FIPS 180-4, no input

TEST(Files, DigestsAgreeWithTheStandard) {
  test::TemporaryFolder folder;
  Diagnostics found(nullptr);
  EXPECT_EQ(sha256Hex(""), emptyDigest);
  EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256HexOfFile(folder.write("f", "abc"), found), sha256Hex("abc"));
  EXPECT_EQ(sha256HexOfFile(folder.path("absent"), found), std::nullopt);
  EXPECT_EQ(found.errorCount(), 1u);
}

TEST(Files, WritingMakesFoldersAndReplaces) {
  test::TemporaryFolder folder;
  Diagnostics found(nullptr);
  EXPECT_TRUE(writeFile(folder.path("a/b/f"), "old", found));
  EXPECT_TRUE(writeFile(folder.path("a/b/f"), "new", found));
  EXPECT_EQ(folder.read("a/b/f"), "new");
  EXPECT_EQ(found.errorCount(), 0u);
}

TEST(Files, AFileInTheFoldersPlaceIsOneError) {
  test::TemporaryFolder folder;
  Diagnostics found(nullptr);
  folder.write("a", "");
  EXPECT_FALSE(writeFile(folder.path("a/f"), "new", found));
  EXPECT_EQ(found.errorCount(), 1u);
}

/// A stored (uncompressed) zip archive of one entry, byte by byte: what numpy.savez writes.
static std::string zipOf(const std::string &name, const std::string &content) {
  auto number = [](uint64_t value, unsigned bytes) {
    std::string text;
    for (unsigned i = 0; i < bytes; ++i)
      text.push_back(static_cast<char>(value >> (8 * i)));
    return text;
  };
  uint32_t crc = ~0u;
  for (unsigned char byte : content) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  const std::string facts = number(20, 2) + number(0, 8) + number(~crc, 4) +
                            number(content.size(), 4) + number(content.size(), 4) +
                            number(name.size(), 2) + number(0, 2);
  const std::string local = "PK\3\4" + facts + name + content;
  const std::string central = "PK\1\2" + number(20, 2) + facts + number(0, 14) + name;
  return local + central + "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) +
         number(central.size(), 4) + number(local.size(), 4) + number(0, 2);
}

static std::string npy(std::string header, const std::string &data) {
  header += "\n";
  return "\x93NUMPY\x01" + std::string(1, '\0') + static_cast<char>(header.size()) +
         std::string(1, '\0') + header + data;
}

static std::optional<std::vector<NumpyArray>> readZippedNpy(const std::string &content,
                                                            Diagnostics &found) {
  test::TemporaryFolder folder;
  return readNpz(folder.write("a.npz", zipOf("x.npy", content)), found);
}

TEST(NumpyArchive, ReadsTypeShapeAndValues) {
  Diagnostics found(nullptr);
  auto arrays = readZippedNpy(npy("{'descr': '<i2', 'fortran_order': False, 'shape': (1, 2), }",
                                  std::string("\xFF\xFF\x07\x00", 4)),
                              found);
  ASSERT_TRUE(arrays) << found.all()[0].message;
  const NumpyArray &array = arrays->at(0);
  EXPECT_EQ(array.name, "x");
  EXPECT_EQ(array.typeText(), "int16 [1, 2]");
  EXPECT_EQ(array.element(0), -1);
  EXPECT_EQ(array.element(1), 7);
}

TEST(NumpyArchive, ReadsHalves) {
  Diagnostics found(nullptr);
  auto arrays = readZippedNpy(
      npy("{'descr': '<f2', 'fortran_order': False, 'shape': (), }", std::string("\x00\xC1", 2)),
      found);
  ASSERT_TRUE(arrays);
  EXPECT_EQ(arrays->at(0).element(0), -2.5);
}

TEST(NumpyArchive, RefusesWhatItCannotRead) {
  const std::string refused[] = {
      "no array at all",
      npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "1234"),
      npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "1234"),
      npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "1234"),
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "1234"),
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "1234"),
      npy("{'descr': '<f4', 'fortran_order': False, "
          "'shape': (4294967296, 4294967296, 4294967296), }",
          "1234"),
      npy("{}", ""),
  };
  for (const std::string &content : refused) {
    Diagnostics found(nullptr);
    EXPECT_FALSE(readZippedNpy(content, found)) << content;
    EXPECT_EQ(found.errorCount(), 1u);
  }
}
