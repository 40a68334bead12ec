#include "runtime/cpu/Isa.h"

#include <algorithm>
#include <cpuid.h>
#include <span>

namespace mdc::cpu {
namespace {

constexpr std::string_view names[MDC_ISA_COUNT] = {"v3", "v4", "vnni"};

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers cpuid(unsigned leaf, unsigned subleaf) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

// Extended control register 0: what the operating system saves on a context switch.
uint64_t savedState() {
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
}

bool hasAll(unsigned value, std::initializer_list<int> bits) {
  return std::all_of(bits.begin(), bits.end(), [&](int bit) { return (value >> bit) & 1; });
}

bool hasEntry(const MdcModel &model, MdcIsa isa) {
  std::span regions(model.regions, model.regionCount);
  return std::any_of(regions.begin(), regions.end(),
                     [&](const MdcRegion &region) { return region.entry[isa] != nullptr; });
}

bool runsAt(const MdcModel &model, MdcIsa isa) {
  std::span regions(model.regions, model.regionCount);
  return std::all_of(regions.begin(), regions.end(),
                     [&](const MdcRegion &region) { return entryFor(region, isa) != nullptr; });
}

bool parseIsa(std::string_view name, MdcIsa &isa) {
  const auto *found = std::find(std::begin(names), std::end(names), name);
  isa = static_cast<MdcIsa>(found - names);
  return found != std::end(names);
}

} // namespace

std::string_view isaName(MdcIsa isa) { return names[isa]; }

MdcIsa detectIsa() {
  constexpr int osxsave = 27;
  if (!hasAll(cpuid(1, 0).ecx, {osxsave}))
    return MDC_ISA_V3;
  // Bits 1, 2: SSE and AVX; 5, 6, 7: mask registers and both parts of the 512-bit ones.
  constexpr uint64_t avx512State = 0xe6;
  if ((savedState() & avx512State) != avx512State)
    return MDC_ISA_V3;
  Registers features = cpuid(7, 0);
  // AVX-512 F, DQ, CD, BW, VL.
  if (!hasAll(features.ebx, {16, 17, 28, 30, 31}))
    return MDC_ISA_V3;
  constexpr int vnni = 11;
  return hasAll(features.ecx, {vnni}) ? MDC_ISA_VNNI : MDC_ISA_V4;
}

MdcKernel entryFor(const MdcRegion &region, MdcIsa isa) {
  for (int level = isa; level >= 0; --level)
    if (region.entry[level])
      return region.entry[level];
  return nullptr;
}

bool chooseIsa(const MdcModel &model, std::string_view forced, MdcIsa &isa, std::string &error) {
  MdcIsa detected = detectIsa();
  MdcIsa strongest = MDC_ISA_V3;
  for (MdcIsa level : {MDC_ISA_V4, MDC_ISA_VNNI})
    if (hasEntry(model, level))
      strongest = level;
  isa = std::min(detected, strongest);
  if (!forced.empty()) {
    if (!parseIsa(forced, isa)) {
      error = "unknown instruction level '" + std::string(forced) + "', expected v3, v4 or vnni";
      return false;
    }
    if (isa > detected) {
      error = "this CPU lacks instruction level '" + std::string(forced) + "', it has " +
              std::string(isaName(detected));
      return false;
    }
    bool acceptsVnni = strongest == MDC_ISA_V4 && isa == MDC_ISA_VNNI;
    if (isa > strongest && model.regionCount > 0 && !acceptsVnni) {
      error = "the model was compiled without instruction level '" + std::string(forced) +
              "', its strongest is " + std::string(isaName(strongest));
      return false;
    }
  }
  if (runsAt(model, isa))
    return true;
  error = "the model has no kernels for instruction level " + std::string(isaName(isa));
  return false;
}

} // namespace mdc::cpu
