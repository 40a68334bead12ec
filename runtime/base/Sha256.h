// SHA-256 of memory, as the trailer and the manifest of a serving binary use it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mdc::base {

using Sha256Digest = std::array<uint8_t, 32>;

Sha256Digest sha256(std::span<const std::byte> bytes);
// 64 lower-case hexadecimal digits.
std::string hex(const Sha256Digest &digest);

} // namespace mdc::base
