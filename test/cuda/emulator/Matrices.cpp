#include "test/cuda/emulator/Matrices.h"
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Shared.h"

#include <bit>
#include <cstring>

namespace mdc::emulator {

static constexpr unsigned matrixRows = 8, rowBytes = 16;

struct LoadForm {
  unsigned count;
  bool transposed;
};

static void loadForWarp(Warp &warp, const void *context) {
  const auto &form = *static_cast<const LoadForm *>(context);
  for (unsigned matrix = 0; matrix < form.count; ++matrix) {
    uint16_t elements[matrixRows][8];
    for (unsigned row = 0; row < matrixRows; ++row)
      std::memcpy(elements[row], warp.arguments[matrix * matrixRows + row], rowBytes);
    for (unsigned lane = 0; lane < warpThreads; ++lane) {
      const unsigned group = lane / 4, pair = lane % 4 * 2;
      const uint32_t low = form.transposed ? elements[pair][group] : elements[group][pair];
      const uint32_t high = form.transposed ? elements[pair + 1][group] : elements[group][pair + 1];
      static_cast<uint32_t *>(warp.results[lane])[matrix] = low | high << 16;
    }
  }
}

void loadMatrices(void *result, const void *row, unsigned count, bool transposed) {
  const LoadForm form{count, transposed};
  if (current->lane() < count * matrixRows) {
    if (reinterpret_cast<uintptr_t>(row) % rowBytes)
      fault("ldmatrix reads %p, expected a multiple of 16", row);
    if (!isShared(row, rowBytes))
      fault("ldmatrix reads %p, which is not shared memory", row);
  }
  collective(transposed ? "ldmatrix.trans" : "ldmatrix", 0xffffffff, result, row, loadForWarp,
             &form);
}

static float ofHalf(uint16_t bits) { return static_cast<float>(std::bit_cast<_Float16>(bits)); }
static float ofBfloat(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }
// the hardware ignores the low 13 bits, which mdc_round_tf32 has cleared
static float ofTf32(uint32_t bits) { return std::bit_cast<float>(bits & 0xffffe000u); }

/// `count` numbers of a fragment's word.
template <class Number> static void unpack(Element element, bool left, uint32_t word, Number *out) {
  switch (element) {
  case Element::F16:
    out[0] = ofHalf(word), out[1] = ofHalf(word >> 16);
    break;
  case Element::Bf16:
    out[0] = ofBfloat(word), out[1] = ofBfloat(word >> 16);
    break;
  case Element::Tf32:
    out[0] = ofTf32(word);
    break;
  case Element::U8S8:
  case Element::S8U8:
  case Element::S8S8:
    const bool isUnsigned = element == (left ? Element::U8S8 : Element::S8U8);
    for (unsigned byte = 0; byte < 4; ++byte)
      out[byte] = isUnsigned ? Number(uint8_t(word >> 8 * byte)) : Number(int8_t(word >> 8 * byte));
  }
}

/// In 32 bytes of depth: `Number`s of a word.
template <class Number, unsigned wordNumbers>
static void multiplyForWarp(Warp &warp, const void *context) {
  const Element element = *static_cast<const Element *>(context);
  constexpr unsigned depth = 8 * wordNumbers;
  Number left[16][depth], right[depth][8], sums[16][8];
  const auto place = [](unsigned lane, unsigned half) {
    return wordNumbers * (lane % 4 + 4 * half);
  };
  for (unsigned lane = 0; lane < warpThreads; ++lane) {
    const auto &operands = *static_cast<const MultiplyOperands *>(warp.arguments[lane]);
    const unsigned group = lane / 4;
    uint32_t words[6];
    std::memcpy(words, operands.left, 16);
    std::memcpy(words + 4, operands.right, 8);
    for (unsigned word = 0; word < 4; ++word)
      unpack(element, true, words[word], &left[group + 8 * (word % 2)][place(lane, word / 2)]);
    for (unsigned word = 0; word < 2; ++word) {
      Number column[wordNumbers];
      unpack(element, false, words[4 + word], column);
      for (unsigned i = 0; i < wordNumbers; ++i)
        right[place(lane, word) + i][group] = column[i];
    }
    for (unsigned half = 0; half < 2; ++half)
      std::memcpy(&sums[group + 8 * half][lane % 4 * 2],
                  static_cast<const Number *>(operands.sums) + 2 * half, 2 * sizeof(Number));
  }
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned k = 0; k < depth; ++k)
      for (unsigned column = 0; column < 8; ++column)
        sums[row][column] += left[row][k] * right[k][column];
  for (unsigned lane = 0; lane < warpThreads; ++lane)
    for (unsigned half = 0; half < 2; ++half)
      std::memcpy(static_cast<Number *>(warp.results[lane]) + 2 * half,
                  &sums[lane / 4 + 8 * half][lane % 4 * 2], 2 * sizeof(Number));
}

void multiply(Element element, void *result, const MultiplyOperands &operands) {
  const uint32_t all = 0xffffffff;
  switch (element) {
  case Element::F16:
    return collective("mma.f16", all, result, &operands, multiplyForWarp<float, 2>, &element);
  case Element::Bf16:
    return collective("mma.bf16", all, result, &operands, multiplyForWarp<float, 2>, &element);
  case Element::Tf32:
    return collective("mma.tf32", all, result, &operands, multiplyForWarp<float, 1>, &element);
  case Element::U8S8: // the hardware wraps around, as unsigned sums do
    return collective("mma.u8.s8", all, result, &operands, multiplyForWarp<uint32_t, 4>, &element);
  case Element::S8U8:
    return collective("mma.s8.u8", all, result, &operands, multiplyForWarp<uint32_t, 4>, &element);
  case Element::S8S8:
    return collective("mma.s8.s8", all, result, &operands, multiplyForWarp<uint32_t, 4>, &element);
  }
}

} // namespace mdc::emulator
