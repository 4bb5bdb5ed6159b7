// SPDX-License-Identifier: Apache-2.0
// Value noise: hashed lattice corners, blended smoothly.
#include "noise.h"

namespace quantbench::default_dataset {

float ValueNoise(Vec3 p, std::uint32_t seed) {
  const float fx = std::floor(p.x), fy = std::floor(p.y), fz = std::floor(p.z);
  const auto x = static_cast<std::int32_t>(fx);
  const auto y = static_cast<std::int32_t>(fy);
  const auto z = static_cast<std::int32_t>(fz);
  const auto fade = [](float t) { return t * t * (3.0f - 2.0f * t); };
  const float u = fade(p.x - fx), v = fade(p.y - fy), w = fade(p.z - fz);
  float plane[2] = {};
  for (int k = 0; k < 2; ++k) {
    const float near = Mix(HashUnit(x, y, z + k, seed), HashUnit(x + 1, y, z + k, seed), u);
    const float far = Mix(HashUnit(x, y + 1, z + k, seed), HashUnit(x + 1, y + 1, z + k, seed), u);
    plane[k] = Mix(near, far, v);
  }
  return Mix(plane[0], plane[1], w);
}

float FractalNoise(Vec3 p, int octaves, std::uint32_t seed) {
  float sum = 0, amplitude = 0.5f, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += amplitude * ValueNoise(p, seed + static_cast<std::uint32_t>(i));
    total += amplitude;
    amplitude *= 0.5f;
    p = p * 2.03f + Vec3{1.7f, 9.2f, 3.1f};
  }
  return sum / total;
}

}  // namespace quantbench::default_dataset
