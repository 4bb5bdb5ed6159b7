// SPDX-License-Identifier: Apache-2.0
// Random draws that are the same with every compiler and standard library.
#pragma once

#include <cstdint>
#include <random>

namespace quantbench {

// The standard fixes the raw output of std::mt19937_64, but not what the distributions make of it:
// so the draws are made here. Not PyTorch's stream: the same seed gives other numbers there.
class RandomGenerator {
 public:
  explicit RandomGenerator(uint64_t seed) : engine_(seed) {}

  // Uniform over [0, bound), bound >= 1, without bias: raw values beyond the largest multiple of
  // bound are drawn again.
  uint64_t Below(uint64_t bound) {
    const uint64_t rejected = (0 - bound) % bound;  // 2^64 mod bound
    uint64_t raw = engine_();
    while (raw < rejected) raw = engine_();
    return raw % bound;
  }

  // Uniform over [low, high): 53 random bits.
  double Uniform(double low, double high) {
    return low + static_cast<double>(engine_() >> 11) * 0x1.0p-53 * (high - low);
  }

 private:
  std::mt19937_64 engine_;
};

// A seed for item `index` of a series: neighbours share nothing (SplitMix64, Steele et al. 2014).
inline uint64_t DerivedSeed(uint64_t seed, uint64_t index) {
  uint64_t mixed = seed + (index + 1) * 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

}  // namespace quantbench
