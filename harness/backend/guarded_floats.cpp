// SPDX-License-Identifier: Apache-2.0
// A mapping: guard, floats, guard.
#include "backend/guarded_floats.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <new>

#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

// A quiet NaN with a payload of its own.
constexpr uint32_t kUnwritten = 0x7fe5a5a5;

std::byte GuardByte(size_t i) { return static_cast<std::byte>(0xA5u ^ (i * 29u & 0xffu)); }

}  // namespace

void WriteGuard(std::span<std::byte> guard) {
  for (size_t i = 0; i < guard.size(); ++i) guard[i] = GuardByte(i);
}

size_t DamageOf(std::span<const std::byte> guard) {
  size_t damaged = 0;
  for (size_t i = 0; i < guard.size(); ++i) damaged += guard[i] != GuardByte(i) ? 1u : 0u;
  return damaged;
}

void GuardedFloats::Unmap::operator()(std::byte* memory) const { ::munmap(memory, bytes); }

GuardedFloats::GuardedFloats(size_t count) : count_(count) {
  const size_t bytes = kGuardBytes + count * sizeof(float) + kGuardBytes;
  void* const memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  memory_ = {static_cast<std::byte*>(memory), Unmap{bytes}};
  WriteGuard({memory_.get(), kGuardBytes});
  WriteGuard({memory_.get() + bytes - kGuardBytes, kGuardBytes});
}

std::span<float> GuardedFloats::values() const {
  return {reinterpret_cast<float*>(memory_.get() + kGuardBytes), count_};
}

void GuardedFloats::MarkUnwritten(size_t stride) {
  const std::span<float> all = values();
  for (size_t i = 0; i < all.size(); i += stride) all[i] = std::bit_cast<float>(kUnwritten);
}

std::optional<size_t> GuardedFloats::FirstUnwritten(size_t stride) const {
  const std::span<const float> all = values();
  for (size_t i = 0; i < all.size(); i += stride) {
    if (std::bit_cast<uint32_t>(all[i]) == kUnwritten) return i;
  }
  return std::nullopt;
}

void GuardedFloats::Seal() { ::mprotect(memory_.get(), memory_.get_deleter().bytes, PROT_READ); }

void GuardedFloats::RequireIntact(const std::string& who, const std::string& what) const {
  const std::byte* const end = memory_.get() + memory_.get_deleter().bytes;
  const size_t before = DamageOf({memory_.get(), kGuardBytes});
  const size_t behind = DamageOf({end - kGuardBytes, kGuardBytes});
  if (before + behind == 0) return;
  const auto bytes = [](size_t count) { return CountText(count, "byte"); };
  throw Error(
      who + " wrote " +
      (before > 0 ? bytes(before) + " before the beginning" : bytes(behind) + " behind the end") +
      " of its " + what);
}

}  // namespace quantbench
