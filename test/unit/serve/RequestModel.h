// The model of the Open Inference Protocol's own examples: input0 UINT32[2,2], input1 BOOL[n]; two
// outputs.
#pragma once

#include "runtime/serve/OipRequest.h"

#include <cstring>
#include <string>
#include <vector>

namespace mdc::serve::test {

inline const int32_t twoFixed[] = {-1, -1};
inline const int32_t oneOpen[] = {0};
inline const int64_t twoByTwo[] = {2, 2};
inline const int64_t anyLength[] = {-1};

inline const MdcSignature exampleInputs[] = {{"input0", MDC_U32, 2, twoFixed, twoByTwo},
                                             {"input1", MDC_BOOL, 1, oneOpen, anyLength}};
inline const MdcSignature exampleOutputs[] = {{"output0", MDC_F32, 2, twoFixed, twoByTwo},
                                              {"output1", MDC_BF16, 1, oneOpen, anyLength}};

inline MdcModel exampleModel(uint32_t inputCount = 2) {
  MdcModel model{};
  model.inputCount = inputCount;
  model.outputCount = 2;
  model.inputs = exampleInputs;
  model.outputs = exampleOutputs;
  return model;
}

// A body with the padding that the parsers ask for. Keep it alive as long as the request.
class Body {
public:
  explicit Body(const std::string &text)
      : bytes_(text.size() + bodyPaddingBytes), size_(text.size()) {
    std::memcpy(bytes_.data(), text.data(), text.size());
  }
  std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }

private:
  std::vector<std::byte> bytes_;
  size_t size_;
};

template <class T> std::span<std::byte> bytesOf(std::vector<T> &values) {
  return {reinterpret_cast<std::byte *>(values.data()), values.size() * sizeof(T)};
}

} // namespace mdc::serve::test
