// SHA-256 of memory, as the trailer and the manifest of a serving binary use it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mdc::base {

using Sha256Digest = std::array<uint8_t, 32>;

Sha256Digest sha256(std::span<const std::byte> bytes);

} // namespace mdc::base
