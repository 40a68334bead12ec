// Lazy: products are made when a wait forces them, which shows operands that are overwritten too
// early. Eager: at once, which shows operands that have not landed.
#include "test/cuda/emulator/GroupProducts.h"
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Shared.h"

#include <bit>
#include <cstring>

namespace mdc::emulator {

static constexpr unsigned depth = 16, groupWarps = 4, atomLines = 8, atomRowBytes = 128;

/// An operand as a descriptor of 128-byte swizzle has it (PTX manual, "Matrix-Descriptor Format").
class Operand {
public:
  Operand(uint64_t descriptor, bool across)
      : first(unsigned(descriptor & 0x3fff) << 4), blocks(unsigned(descriptor >> 16 & 0x3fff) << 4),
        atoms(unsigned(descriptor >> 32 & 0x3fff) << 4), across(across) {
    if (descriptor >> 62 != 1 || descriptor >> 49 & 7)
      fault("a descriptor 0x%016lx, expected a swizzle of 128 bytes and no base offset",
            (unsigned long)descriptor);
  }

  uint16_t at(unsigned line, unsigned k) const {
    const unsigned row = across ? k : line, inRow = across ? line : k;
    unsigned place = first + row / atomLines * atoms + row % atomLines * atomRowBytes;
    if (across)
      place += inRow / 64 * blocks + inRow % 64 * 2;
    else
      place += inRow * 2;
    place ^= (place >> 7 & 7) << 4;
    uint16_t element;
    const void *from = sharedPointer(place);
    if (!isShared(from, sizeof(element)))
      fault("wgmma reads byte %u of shared memory", place);
    std::memcpy(&element, from, sizeof(element));
    return element;
  }

private:
  unsigned first, blocks, atoms;
  bool across;
};

static float numberOf(Element element, uint16_t bits) {
  return element == Element::F16 ? static_cast<float>(std::bit_cast<_Float16>(bits))
                                 : std::bit_cast<float>(uint32_t(bits) << 16);
}

static void land(const GroupProduct &product) {
  const auto element = static_cast<Element>(product.element);
  const Operand left(product.left, product.leftAcross), right(product.right, product.rightAcross);
  float rows[2][depth];
  for (unsigned half = 0; half < 2; ++half)
    for (unsigned k = 0; k < depth; ++k)
      rows[half][k] = numberOf(element, left.at(product.row + 8 * half, k));
  for (unsigned j = 0; j < product.columns / 8; ++j)
    for (unsigned second = 0; second < 2; ++second)
      for (unsigned k = 0; k < depth; ++k) {
        const float factor = numberOf(element, right.at(8 * j + product.column + second, k));
        product.sums[4 * j + second] += rows[0][k] * factor;
        product.sums[4 * j + 2 + second] += rows[1][k] * factor;
      }
}

// Collective operations of a warp alone: that four warps belong together changes no value.
static void together(const char *operation) {
  collective(operation, 0xffffffff, nullptr, nullptr, [](Warp &, const void *) {}, nullptr);
}

void startProduct(Element element, unsigned columns, float *sums, const GroupOperands &operands) {
  together("wgmma");
  if (!current->sumsAreFenced)
    fault("wgmma without a fence behind the last use of its sums");
  const unsigned warp = current->index / warpThreads % groupWarps, lane = current->lane();
  const GroupProduct product{int(element),
                             columns,
                             sums,
                             operands.left,
                             operands.right,
                             operands.leftAcross,
                             operands.rightAcross,
                             16 * warp + lane / 4,
                             lane % 4 * 2};
  if (copiesAreEager)
    land(product);
  else
    current->openProducts.push_back(product);
}

void fenceProducts() {
  together("wgmma.fence");
  current->sumsAreFenced = true;
}

void commitProducts() {
  together("wgmma.commit_group");
  current->productGroups.push_back(std::move(current->openProducts));
  current->openProducts.clear();
}

void waitForProducts(unsigned openGroups) {
  together("wgmma.wait_group");
  while (current->productGroups.size() > openGroups) {
    for (const GroupProduct &product : current->productGroups.front())
      land(product);
    current->productGroups.pop_front();
  }
  if (openGroups == 0)
    current->sumsAreFenced = false;
}

} // namespace mdc::emulator
