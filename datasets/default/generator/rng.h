// SPDX-License-Identifier: Apache-2.0
// A small seeded random generator whose numbers are the same with every compiler and library.
//
// xoshiro256** seeded by splitmix64; the mappings to float and int are written out here since those
// of <random> differ between standard libraries. Draw one number per statement, or inside braces:
// the order in which C++ evaluates function arguments is not fixed, and with it the picture.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>

namespace quantbench::default_dataset {

constexpr std::uint64_t SplitMix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// One seed from several numbers; each position matters.
constexpr std::uint64_t MixSeeds(std::initializer_list<std::uint64_t> values) {
  std::uint64_t seed = 0x71756e7462656e63u;
  for (const std::uint64_t value : values) seed = SplitMix64(seed ^ SplitMix64(value));
  return seed;
}

class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = seed = SplitMix64(seed);
  }

  constexpr std::uint64_t Next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, 1), 24 bits.
  constexpr float Uniform() { return static_cast<float>(Next() >> 40) * 0x1p-24f; }
  constexpr float Uniform(float low, float high) { return low + (high - low) * Uniform(); }

  // Uniform in low..high, both included.
  constexpr int Int(int low, int high) {
    const auto span = static_cast<std::uint64_t>(high - low + 1);
    return low + static_cast<int>(((Next() >> 32) * span) >> 32);
  }

  constexpr bool Chance(float probability) { return Uniform() < probability; }

  // Close to a standard normal: the sum of four uniforms, scaled; needs no libm.
  constexpr float Normal() {
    const std::uint64_t bits = Next();
    std::uint64_t sum = 0;
    for (int i = 0; i < 4; ++i) sum += (bits >> (16 * i)) & 0xffffu;
    return (static_cast<float>(sum) * 0x1p-16f - 2.0f) * 1.7320508f;
  }

  constexpr std::uint32_t Seed32() { return static_cast<std::uint32_t>(Next() >> 32); }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace quantbench::default_dataset
