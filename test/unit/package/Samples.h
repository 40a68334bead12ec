// Small stand-ins for what the stages before make.
#pragma once

#include "compiler/package/Manifest.h"

#include <elf.h>
#include <string>

namespace mdc::test {

// The header of an x86-64 executable and one program header of type `type`; `tail` follows.
inline std::string elfWith(uint32_t type, const std::string &tail) {
  Elf64_Ehdr header = {};
  header.e_ident[EI_MAG0] = ELFMAG0;
  header.e_ident[EI_MAG1] = ELFMAG1;
  header.e_ident[EI_MAG2] = ELFMAG2;
  header.e_ident[EI_MAG3] = ELFMAG3;
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr program = {};
  program.p_type = type;
  program.p_offset = sizeof header + sizeof program;
  program.p_filesz = tail.size();
  std::string bytes(reinterpret_cast<char *>(&header), sizeof header);
  return bytes.append(reinterpret_cast<char *>(&program), sizeof program) + tail;
}

inline package::Manifest sampleManifest() {
  package::Manifest manifest;
  manifest.mdcVersion = "0.1.0";
  manifest.name = "mobilenet";
  manifest.version = "1.0.0";
  manifest.target = "cpu";
  manifest.isa = {"v3", "v4"};
  manifest.sourceSha256 = std::string(64, 'a');
  manifest.inputs = {{"x", "FP32", {-1, 16}}};
  manifest.outputs = {{"logits \"1\"", "INT64", {}}};
  manifest.serve.queueMax = 17;
  return manifest;
}

} // namespace mdc::test
