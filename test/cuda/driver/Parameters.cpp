// How many bytes a kernel declares, which are what the driver takes.
#include "State.h"

#include <cstring>
#include <elf.h>
#include <string_view>

namespace mdc::fake {
namespace {

// Attributes of a cubin's section .nv.info.NAME: a format, a number, and behind those of this
// format a length and as many bytes.
constexpr unsigned char formatOfBytes = 4, numberOfParameter = 0x17;
struct ParameterInfo {
  uint32_t index;
  uint16_t ordinal, offset;
  uint32_t flags; // the size from bit 18 on
};

template <class T> T at(std::string_view bytes, size_t offset) {
  T value = {};
  if (offset + sizeof(T) <= bytes.size())
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::string_view sectionOf(std::string_view elf, const std::string &name) {
  auto header = at<Elf64_Ehdr>(elf, 0);
  auto section = [&](size_t index) {
    return at<Elf64_Shdr>(elf, header.e_shoff + index * sizeof(Elf64_Shdr));
  };
  const size_t names = section(header.e_shstrndx).sh_offset;
  for (size_t index = 0; index < header.e_shnum; ++index)
    if (name == elf.data() + names + section(index).sh_name)
      return elf.substr(section(index).sh_offset, section(index).sh_size);
  return {};
}

size_t bytesInCubin(std::string_view elf, const std::string &name) {
  std::string_view info = sectionOf(elf, ".nv.info." + name);
  for (size_t offset = 0; offset < info.size();) {
    const bool hasBytes = at<unsigned char>(info, offset) == formatOfBytes;
    if (hasBytes && at<unsigned char>(info, offset + 1) == numberOfParameter)
      return at<ParameterInfo>(info, offset + 4).flags >> 18;
    offset += 4 + (hasBytes ? at<uint16_t>(info, offset + 2) : 0);
  }
  return 0;
}

// "NAME_param_0[40]"
size_t bytesInPtx(const std::string &text, const std::string &name) {
  const std::string declared = name + "_param_0[";
  size_t found = text.find(declared);
  return found == std::string::npos ? 0 : std::stoul(text.substr(found + declared.size(), 8));
}

} // namespace

size_t parameterBytes(const Module &module, const std::string &name) {
  return module.isPtx ? bytesInPtx(module.image, name) : bytesInCubin(module.image, name);
}

} // namespace mdc::fake
