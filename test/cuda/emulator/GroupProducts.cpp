// Lazy: products are made when a wait forces them, which shows operands that are overwritten too
// early. Eager: at once, which shows operands that have not landed.
#include "test/cuda/emulator/GroupProducts.h"
#include "test/cuda/emulator/Block.h"
#include "test/cuda/emulator/Fault.h"
#include "test/cuda/emulator/Shared.h"

#include <bit>
#include <cstring>
#include <optional>

namespace mdc::emulator {

static constexpr unsigned depthBytes = 32, groupWarps = 4, atomLines = 8, atomRowBytes = 128;
static constexpr unsigned acrossLines = 64, heldDepth = 16;

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

  template <class Element> Element at(unsigned line, unsigned k) const {
    const unsigned row = across ? k : line, inRow = across ? line : k;
    unsigned place = first + row / atomLines * atoms + row % atomLines * atomRowBytes;
    if (across)
      place += inRow / acrossLines * blocks + inRow % acrossLines * sizeof(Element);
    else
      place += inRow * sizeof(Element);
    place ^= (place >> 7 & 7) << 4;
    Element element;
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

static float halfOf(uint16_t bits) { return static_cast<float>(std::bit_cast<_Float16>(bits)); }
static float bfloatOf(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }
// the hardware wraps around, as unsigned sums do
static uint32_t unsignedOf(uint8_t bits) { return bits; }
static uint32_t signedOf(uint8_t bits) { return static_cast<uint32_t>(int8_t(bits)); }

template <class Element, class Sum>
static void landAs(const GroupProduct &product, Sum leftOf(Element), Sum rightOf(Element)) {
  constexpr unsigned depth = depthBytes / sizeof(Element);
  std::optional<Operand> left;
  if (!product.leftIsHeld)
    left.emplace(product.left, product.leftAcross);
  const Operand right(product.right, product.rightAcross);
  Sum rows[2][depth], *sums = static_cast<Sum *>(product.sums);
  for (unsigned half = 0; half < 2; ++half)
    for (unsigned k = 0; k < depth; ++k)
      rows[half][k] = leftOf(product.leftIsHeld ? Element(product.held[half][k % heldDepth])
                                                : left->at<Element>(product.row + 8 * half, k));
  for (unsigned j = 0; j < product.columns / 8; ++j)
    for (unsigned second = 0; second < 2; ++second)
      for (unsigned k = 0; k < depth; ++k) {
        const Sum factor = rightOf(right.at<Element>(8 * j + product.column + second, k));
        sums[4 * j + second] += rows[0][k] * factor;
        sums[4 * j + 2 + second] += rows[1][k] * factor;
      }
}

static void land(const GroupProduct &product) {
  switch (static_cast<Element>(product.element)) {
  case Element::F16:
    return landAs(product, halfOf, halfOf);
  case Element::Bf16:
    return landAs(product, bfloatOf, bfloatOf);
  case Element::U8S8:
    return landAs(product, unsignedOf, signedOf);
  case Element::S8U8:
    return landAs(product, signedOf, unsignedOf);
  case Element::Tf32:
  case Element::S8S8:
    fault("wgmma of an element that no loop multiplies");
  }
}

// Collective operations of a warp alone: that four warps belong together changes no value.
static void together(const char *operation) {
  collective(operation, 0xffffffff, nullptr, nullptr, [](Warp &, const void *) {}, nullptr);
}

/// The rows of `held` that the lanes of a warp have in their words, in fours of lanes.
static void holdForWarp(Warp &warp, const void *) {
  for (unsigned lane = 0; lane < warpThreads; ++lane)
    for (unsigned other = lane / 4 * 4; other < lane / 4 * 4 + 4; ++other) {
      const auto *words = static_cast<const uint32_t *>(warp.arguments[other]);
      auto *held = static_cast<GroupProduct *>(warp.results[lane])->held;
      for (unsigned word = 0; word < 4; ++word)
        std::memcpy(&held[word % 2][word / 2 * 8 + other % 4 * 2], words + word, sizeof(*words));
    }
}

static void start(const GroupProduct &product) {
  if (!current->sumsAreFenced)
    fault("wgmma without a fence behind the last use of its sums");
  if (copiesAreEager)
    land(product);
  else
    current->openProducts.push_back(product);
}

static GroupProduct productOf(Element element, unsigned columns, void *sums,
                              const GroupOperands &operands) {
  const unsigned warp = current->index / warpThreads % groupWarps, lane = current->lane();
  GroupProduct product{};
  product.element = int(element);
  product.columns = columns;
  product.sums = sums;
  product.left = operands.left;
  product.right = operands.right;
  product.leftAcross = operands.leftAcross;
  product.rightAcross = operands.rightAcross;
  product.row = 16 * warp + lane / 4;
  product.column = lane % 4 * 2;
  return product;
}

void startProduct(Element element, unsigned columns, void *sums, const GroupOperands &operands) {
  together("wgmma");
  start(productOf(element, columns, sums, operands));
}

void startProduct(Element element, unsigned columns, void *sums, const uint32_t left[4],
                  const GroupOperands &operands) {
  GroupProduct product = productOf(element, columns, sums, operands);
  product.leftIsHeld = true;
  collective("wgmma", 0xffffffff, &product, left, holdForWarp, nullptr);
  start(product);
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
  together("wgmma.wait_group"); // no lane goes on before the products of all have landed
  if (openGroups == 0)
    current->sumsAreFenced = false;
}

} // namespace mdc::emulator
