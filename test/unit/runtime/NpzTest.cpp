#include "runtime/base/Npz.h"
#include "runtime/base/Half.h"
#include "runtime/base/Zip.h"

#include "mdc/abi.h"

#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

namespace mdc::base {
namespace {

class NpzFile : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/mdc-npz-XXXXXX";
    ::close(mkstemp(name));
    path_ = name;
  }
  void TearDown() override { std::remove(path_.c_str()); }

  std::string contents() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void overwrite(const std::string &bytes) const {
    std::ofstream(path_, std::ios::binary) << bytes;
  }

  std::string path_;
  std::string error_;
};

std::span<const std::byte> bytesOf(const std::string &text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string npy(const std::string &dictionary, const std::string &body) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(dictionary.size());
  file += '\0';
  return file + dictionary + body;
}

TEST_F(NpzFile, ReadsWhatItWrote) {
  const int64_t shape[] = {2, 3};
  const float values[] = {1, 2, 3, 4, 5, 6};
  const uint8_t flag = 1;
  const ArrayView views[] = {{"x:0", MDC_F32, shape, std::as_bytes(std::span(values))},
                             {"ready", MDC_BOOL, {}, std::as_bytes(std::span(&flag, 1))}};
  ASSERT_TRUE(writeNpz(path_, views, error_)) << error_;
  std::vector<Array> arrays;
  ASSERT_TRUE(readNpz(path_, arrays, error_)) << error_;
  ASSERT_EQ(arrays.size(), 2u);
  EXPECT_EQ(arrays[0].name, "x:0");
  EXPECT_EQ(arrays[0].type, uint32_t{MDC_F32});
  EXPECT_EQ(arrays[0].shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(std::memcmp(arrays[0].bytes.data(), values, sizeof values), 0);
  EXPECT_EQ(arrays[1].type, uint32_t{MDC_BOOL});
  EXPECT_TRUE(arrays[1].shape.empty());
}

TEST_F(NpzFile, ReadsAnArrayOfNothing) {
  const int64_t shape[] = {0, 3};
  const ArrayView views[] = {{"none", MDC_F32, shape, {}}};
  ASSERT_TRUE(writeNpz(path_, views, error_)) << error_;
  std::vector<Array> arrays;
  ASSERT_TRUE(readNpz(path_, arrays, error_)) << error_;
  ASSERT_EQ(arrays.size(), 1u);
  EXPECT_EQ(arrays[0].shape, (std::vector<int64_t>{0, 3}));
  EXPECT_TRUE(arrays[0].bytes.empty());
}

TEST_F(NpzFile, FindsAFlippedBit) {
  const int64_t shape[] = {4};
  const int64_t values[] = {1, 2, 3, 4};
  const ArrayView views[] = {{"i", MDC_I64, shape, std::as_bytes(std::span(values))}};
  ASSERT_TRUE(writeNpz(path_, views, error_));
  std::string bytes = contents();
  bytes[bytes.find("i.npy") + 150] ^= 4;
  overwrite(bytes);
  std::vector<Array> arrays;
  EXPECT_FALSE(readNpz(path_, arrays, error_));
  EXPECT_NE(error_.find("'i.npy' is damaged"), std::string::npos) << error_;
}

TEST_F(NpzFile, RefusesEveryCutOffFile) {
  const int64_t shape[] = {4};
  const float values[] = {1, 2, 3, 4};
  const ArrayView views[] = {{"x", MDC_F32, shape, std::as_bytes(std::span(values))}};
  ASSERT_TRUE(writeNpz(path_, views, error_));
  std::string whole = contents();
  for (size_t size = 0; size < whole.size(); ++size) {
    overwrite(whole.substr(0, size));
    std::vector<Array> arrays;
    EXPECT_FALSE(readNpz(path_, arrays, error_)) << size;
  }
}

TEST_F(NpzFile, SurvivesEveryFlippedByte) {
  const int64_t shape[] = {2};
  const float values[] = {1, 2};
  const ArrayView views[] = {{"x", MDC_F32, shape, std::as_bytes(std::span(values))}};
  ASSERT_TRUE(writeNpz(path_, views, error_));
  std::string whole = contents();
  std::vector<ZipMember> members;
  std::vector<std::byte> body;
  for (size_t at = 0; at < whole.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[at] ^= static_cast<char>(1 << bit);
      members.clear();
      if (listZip(bytesOf(flipped), members, error_))
        for (const ZipMember &member : members)
          readZip(bytesOf(flipped), member, body, error_);
    }
}

TEST(Npy, RefusesWhatNoTensorHolds) {
  struct Case {
    const char *dictionary, *sentence;
  } cases[] = {
      {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "has dtype '>f4'"},
      {"{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }", "has dtype '<U5'"},
      {"{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "is in Fortran order"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "holds 4 bytes"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "damaged shape"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905,), }",
       "holds 4 bytes"},
  };
  for (const Case &wrong : cases) {
    Array array;
    std::string error;
    EXPECT_FALSE(parseNpy(bytesOf(npy(wrong.dictionary, "1234")), array, error));
    EXPECT_NE(error.find(wrong.sentence), std::string::npos) << error;
  }
}

TEST(Npy, HeaderIsAlignedAndNamesTheType) {
  const int64_t shape[] = {7};
  std::string header = npyHeader(MDC_F16, shape);
  EXPECT_EQ(header.size() % 64, 0u);
  EXPECT_NE(header.find("'descr': '<f2'"), std::string::npos);
  EXPECT_NE(header.find("'shape': (7,)"), std::string::npos);
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(floatToHalf(1.0f), 0x3c00);
  EXPECT_EQ(floatToHalf(65520.0f), 0x7c00);        // halfway above the largest
  EXPECT_EQ(floatToBfloat16(1.00390625f), 0x3f80); // halfway, to even
  EXPECT_EQ(halfToFloat(0x0001), 0x1p-24f);
}

} // namespace
} // namespace mdc::base
