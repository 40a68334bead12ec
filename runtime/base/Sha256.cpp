// The low-level functions are deprecated in favour of EVP, but EVP pulls OpenSSL's provider
// machinery, 3 MB of it, into every static binary; the digest and its SHA-NI code are the same.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "runtime/base/Sha256.h"

#include <openssl/sha.h>

namespace mdc::base {

Sha256Digest sha256(std::span<const std::byte> bytes) {
  Sha256Digest digest;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

} // namespace mdc::base
