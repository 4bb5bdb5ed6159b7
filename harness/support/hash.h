// SPDX-License-Identifier: Apache-2.0
// Content hashes (XXH3, 128 bits) that name cached artefacts and identify inputs in results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace quantbench {

// Feeds values one after another into one hash. Every Add also feeds the value's length or width,
// so ("ab", "c") and ("a", "bc") differ.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher& Add(std::string_view text);
  Hasher& Add(std::span<const std::byte> bytes);
  Hasher& Add(int64_t value);
  Hasher& Add(double value);
  Hasher& Add(const char* text) { return Add(std::string_view(text)); }
  Hasher& Add(int value) { return Add(static_cast<int64_t>(value)); }
  Hasher& Add(float value) { return Add(static_cast<double>(value)); }
  // 32 lowercase hexadecimal digits.
  std::string Hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string HashBytes(std::span<const std::byte> bytes);
uint64_t Checksum64(std::span<const std::byte> bytes);
// The same as 16 hexadecimal digits.
std::string Checksum64Hex(std::string_view text);
// Hash of a file's content; throws Error where it can't be read.
std::string HashFile(const std::filesystem::path& file);

}  // namespace quantbench
