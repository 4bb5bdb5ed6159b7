// SPDX-License-Identifier: Apache-2.0
// Lattice noise from an integer hash: smooth random fields with values in [0, 1].
#pragma once

#include <cstdint>

#include "vec.h"

namespace quantbench::default_dataset {

constexpr std::uint32_t Hash(std::int32_t x, std::int32_t y, std::int32_t z, std::uint32_t seed) {
  std::uint32_t h = seed ^ (static_cast<std::uint32_t>(x) * 0x8da6b343u) ^
                    (static_cast<std::uint32_t>(y) * 0xd8163841u) ^
                    (static_cast<std::uint32_t>(z) * 0xcb1ab31fu);
  h = (h ^ (h >> 15)) * 0x2c1b3c6du;
  h = (h ^ (h >> 12)) * 0x297a2d39u;
  return h ^ (h >> 15);
}

constexpr float HashUnit(std::int32_t x, std::int32_t y, std::int32_t z, std::uint32_t seed) {
  return static_cast<float>(Hash(x, y, z, seed) >> 8) * 0x1p-24f;
}

// One octave, feature size 1.
float ValueNoise(Vec3 p, std::uint32_t seed);

// Octaves of halving size and amplitude.
float FractalNoise(Vec3 p, int octaves, std::uint32_t seed);

}  // namespace quantbench::default_dataset
