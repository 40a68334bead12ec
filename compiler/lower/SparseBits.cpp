#include "compiler/lower/SparseBits.h"

#include "compiler/lower/Machine.h"
#include <cassert>
#include <cstring>

namespace mdc::lower {

std::vector<char> leaveOutZeros(llvm::ArrayRef<float> elements, const SparseBits &bits) {
  assert((int64_t)elements.size() == bits.panels * bits.panelElements);
  std::vector<uint32_t> words(bits.startWords() + bits.bitWords(), 0);
  std::vector<float> values;
  for (auto [at, element] : llvm::enumerate(elements)) {
    if (at % bits.panelElements == 0)
      words[at / bits.panelElements] = uint32_t(values.size());
    if (element == 0)
      continue;
    words[bits.startWords() + at / 32] |= 1u << at % 32;
    values.push_back(element);
  }
  values.resize((values.size() + kLanes - 1) / kLanes * kLanes + kLanes, 0.0f);
  std::vector<char> packed((words.size() + values.size()) * 4);
  std::memcpy(packed.data(), words.data(), words.size() * 4);
  std::memcpy(packed.data() + words.size() * 4, values.data(), values.size() * 4);
  return packed;
}

} // namespace mdc::lower
