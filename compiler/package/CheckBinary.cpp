#include "compiler/package/CheckBinary.h"

#include "compiler/support/Files.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELF.h"

#include <cstring>

namespace mdc::package {

namespace {

struct ElfNeeds {
  std::string interpreter;
  std::vector<std::string> libraries;
  GlibcVersion glibc; // of the newest symbol
};

using Elf = llvm::object::ELF64LEFile;

// Symbols of glibc are asked for as GLIBC_2.17 and the like.
llvm::Expected<GlibcVersion> readGlibc(const Elf &elf) {
  auto sections = elf.sections();
  if (!sections)
    return sections.takeError();
  GlibcVersion newest;
  for (const auto &section : *sections) {
    if (section.sh_type != llvm::ELF::SHT_GNU_verneed)
      continue;
    auto files = elf.getVersionDependencies(section);
    if (!files)
      return files.takeError();
    for (const auto &file : *files)
      for (const auto &version : file.AuxV) {
        // the name goes on to the end of the table
        auto [family, number] = llvm::StringRef(version.Name.c_str()).split('_');
        auto [major, rest] = number.split('.');
        GlibcVersion found;
        if (family == "GLIBC" && !major.getAsInteger(10, found.major) &&
            !rest.split('.').first.getAsInteger(10, found.minor))
          newest = std::max(newest, found);
      }
  }
  return newest;
}

llvm::Expected<ElfNeeds> readElfNeeds(llvm::StringRef bytes) {
  llvm::Expected<Elf> elf = Elf::create(bytes);
  if (!elf)
    return elf.takeError();
  if (elf->getHeader().e_machine != llvm::ELF::EM_X86_64)
    return llvm::createStringError("not made for x86-64");
  auto headers = elf->program_headers();
  if (!headers)
    return headers.takeError();
  ElfNeeds needs;
  for (const auto &header : *headers) {
    if (header.p_type != llvm::ELF::PT_INTERP)
      continue;
    if (header.p_offset > bytes.size() || header.p_filesz > bytes.size() - header.p_offset)
      return llvm::createStringError("the interpreter's name lies outside of the file");
    needs.interpreter = bytes.substr(header.p_offset, header.p_filesz).rtrim('\0').str();
  }
  auto entries = elf->dynamicEntries();
  if (!entries)
    return entries.takeError();
  uint64_t names = 0;
  for (const auto &entry : *entries)
    if (entry.d_tag == llvm::ELF::DT_STRTAB)
      names = entry.d_un.d_ptr;
  for (const auto &entry : *entries) {
    if (entry.d_tag != llvm::ELF::DT_NEEDED)
      continue;
    auto address = elf->toMappedAddr(names + entry.d_un.d_val);
    if (!address)
      return address.takeError();
    llvm::StringRef name(reinterpret_cast<const char *>(*address),
                         size_t(bytes.bytes_end() - *address));
    needs.libraries.push_back(name.take_until([](char c) { return c == '\0'; }).str());
  }
  auto glibc = readGlibc(*elf);
  if (!glibc)
    return glibc.takeError();
  needs.glibc = *glibc;
  return needs;
}

} // namespace

// What a binary may ask of the machine that runs it, by target.
static bool mayNeed(llvm::StringRef target, llvm::StringRef library) {
  if (target != "cuda")
    return false;
  return library.starts_with("libc.so") || library.starts_with("libm.so") ||
         library.starts_with("ld-linux");
}

bool checkElf(const std::string &path, const std::string &target, Diagnostics &diagnostics) {
  auto buffer = readFile(path, diagnostics);
  if (!buffer)
    return false;
  llvm::Expected<ElfNeeds> needs = readElfNeeds(buffer->getBuffer());
  if (!needs) {
    diagnostics.error(Location(path),
                      "not an x86-64 executable: " + llvm::toString(needs.takeError()));
    return false;
  }
  if (target == "cpu" && !needs->interpreter.empty()) {
    diagnostics
        .error(Location(path), "the binary asks for the loader '" + needs->interpreter +
                                   "', but a cpu binary is static")
        .note("`mdc doctor` shows which static library is missing");
    return false;
  }
  for (const std::string &library : needs->libraries) {
    if (mayNeed(target, library))
      continue;
    diagnostics
        .error(Location(path), "the binary needs the shared library '" + library + "', which a " +
                                   target + " binary may not")
        .note("`mdc doctor` shows which static library is missing");
    return false;
  }
  return true;
}

static std::optional<MdcTrailer> trailerOf(llvm::StringRef bytes, const std::string &path,
                                           Diagnostics &diagnostics) {
  auto refuse = [&](const llvm::Twine &message) {
    diagnostics.error(Location(path), message)
        .note("expected a binary that `mdc build` made; one that was stripped or cut off must be "
              "built again");
    return std::nullopt;
  };
  MdcTrailer trailer;
  if (bytes.size() < sizeof trailer)
    return refuse("not a serving binary: only " + llvm::Twine(bytes.size()) + " bytes");
  std::memcpy(&trailer, bytes.end() - sizeof trailer, sizeof trailer);
  if (std::memcmp(trailer.magic, MDC_TRAILER_MAGIC, sizeof trailer.magic) != 0)
    return refuse("not a serving binary: no trailer at the end of the file");
  if (trailer.abiVersion != MDC_ABI_VERSION)
    return refuse("the binary has ABI version " + llvm::Twine(trailer.abiVersion) + ", this mdc " +
                  llvm::Twine(MDC_ABI_VERSION));
  // Each part ends where the next one starts; compared without sums, which could wrap around.
  uint64_t end = bytes.size() - sizeof trailer;
  bool fits = trailer.manifestBytes <= end &&
              trailer.manifestOffset == end - trailer.manifestBytes &&
              trailer.weightsBytes <= trailer.manifestOffset &&
              trailer.weightsOffset == trailer.manifestOffset - trailer.weightsBytes;
  if (!fits)
    return refuse("the trailer does not fit the file's size of " + llvm::Twine(bytes.size()) +
                  " bytes");
  return trailer;
}

std::optional<MdcTrailer> readTrailer(const std::string &path, Diagnostics &diagnostics) {
  auto buffer = readFile(path, diagnostics);
  if (!buffer)
    return std::nullopt;
  return trailerOf(buffer->getBuffer(), path, diagnostics);
}

bool looksLikeBinary(const std::string &path) {
  Diagnostics silent(nullptr);
  auto buffer = readFile(path, silent);
  if (!buffer || buffer->getBufferSize() < sizeof(MdcTrailer))
    return false;
  return buffer->getBuffer().take_back(sizeof(MdcTrailer)).starts_with(MDC_TRAILER_MAGIC);
}

bool looksLikeDamagedBinary(const std::string &path) {
  Diagnostics silent(nullptr);
  auto buffer = readFile(path, silent);
  // The program compares with the magic, so it holds it too.
  return buffer && buffer->getBuffer().starts_with("\177ELF") &&
         buffer->getBuffer().contains(MDC_TRAILER_MAGIC);
}

std::optional<BinaryFacts> inspectBinary(const std::string &path, Diagnostics &diagnostics) {
  auto buffer = readFile(path, diagnostics);
  if (!buffer)
    return std::nullopt;
  llvm::StringRef bytes = buffer->getBuffer();
  std::optional<MdcTrailer> trailer = trailerOf(bytes, path, diagnostics);
  if (!trailer)
    return std::nullopt;

  BinaryFacts facts;
  llvm::StringRef json = bytes.substr(trailer->manifestOffset, trailer->manifestBytes);
  std::optional<Manifest> manifest = readManifest(json, path, diagnostics);
  if (!manifest)
    return std::nullopt;
  facts.manifest = std::move(*manifest);
  facts.manifestJson = json.str();
  facts.fileBytes = bytes.size();
  facts.codeBytes = trailer->weightsOffset;
  facts.weightBytes = trailer->weightsBytes;
  facts.manifestBytes = trailer->manifestBytes;
  facts.abiVersion = trailer->abiVersion;
  // A damaged ELF shows in the digest; its needs are then unknown.
  if (llvm::Expected<ElfNeeds> needs = readElfNeeds(bytes.take_front(trailer->weightsOffset))) {
    facts.interpreter = needs->interpreter;
    facts.libraries = needs->libraries;
    facts.glibc = needs->glibc;
  } else {
    llvm::consumeError(needs.takeError());
  }
  auto hex = [](const uint8_t (&digest)[32]) {
    return llvm::toHex(llvm::ArrayRef<uint8_t>(digest), /*LowerCase=*/true);
  };
  facts.contentSha256 = hex(trailer->contentSha256);
  facts.contentIntact = sha256Hex(bytes.take_front(trailer->manifestOffset)) == facts.contentSha256;
  facts.manifestIntact = sha256Hex(json) == hex(trailer->manifestSha256);
  return facts;
}

} // namespace mdc::package
