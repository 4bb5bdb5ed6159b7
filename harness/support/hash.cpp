// SPDX-License-Identifier: Apache-2.0
// XXH3 behind the Hasher interface.
#include "support/hash.h"

#include <xxhash.h>

#include <bit>

#include "support/files.h"

namespace quantbench {
namespace {

std::string ToHex(uint64_t hash) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (int shift = 60; shift >= 0; shift -= 4) hex += kDigits[(hash >> shift) & 15];
  return hex;
}

std::string ToHex(XXH128_hash_t hash) { return ToHex(hash.high64) + ToHex(hash.low64); }

}  // namespace

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->xxh); }
Hasher::~Hasher() = default;

Hasher& Hasher::Add(std::span<const std::byte> bytes) {
  Add(static_cast<int64_t>(bytes.size()));
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
  return *this;
}

Hasher& Hasher::Add(std::string_view text) {
  return Add(std::as_bytes(std::span(text.data(), text.size())));
}

Hasher& Hasher::Add(int64_t value) {
  XXH3_128bits_update(state_->xxh, &value, sizeof(value));
  return *this;
}

Hasher& Hasher::Add(double value) { return Add(std::bit_cast<int64_t>(value)); }

std::string Hasher::Hex() const { return ToHex(XXH3_128bits_digest(state_->xxh)); }

std::string HashBytes(std::span<const std::byte> bytes) {
  return ToHex(XXH3_128bits(bytes.data(), bytes.size()));
}

uint64_t Checksum64(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string Checksum64Hex(std::string_view text) {
  return ToHex(Checksum64(std::as_bytes(std::span(text.data(), text.size()))));
}

std::string HashFile(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return HashBytes(mapped.bytes());
}

}  // namespace quantbench
