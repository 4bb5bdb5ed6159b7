// SPDX-License-Identifier: Apache-2.0
// Floats that are handed to plugins: what was written past them, or wasn't written at all, shows.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace quantbench {

// Memory of its own with a pattern on both sides.
class GuardedFloats {
 public:
  // All zero. Throws std::bad_alloc.
  explicit GuardedFloats(size_t count);

  std::span<float> values() const;
  float* data() const { return values().data(); }
  size_t size() const { return count_; }

  // Puts a value in all places, or in every n-th, that no computation gives.
  void MarkUnwritten(size_t stride = 1);
  // The first of these places that still holds it.
  std::optional<size_t> FirstUnwritten(size_t stride = 1) const;

  // Makes it read-only from here on: whoever writes to it ends.
  void Seal();

  // Throws Error where the pattern was written to: "WHO wrote 8 bytes behind the end of its WHAT".
  void RequireIntact(const std::string& who, const std::string& what) const;

 private:
  struct Unmap {
    size_t bytes;
    void operator()(std::byte* memory) const;
  };
  std::unique_ptr<std::byte, Unmap> memory_;
  size_t count_;
};

// A pattern on both sides of something: written at first, compared later.
constexpr size_t kGuardBytes = 256;
void WriteGuard(std::span<std::byte> guard);
// Bytes that differ.
size_t DamageOf(std::span<const std::byte> guard);

}  // namespace quantbench
