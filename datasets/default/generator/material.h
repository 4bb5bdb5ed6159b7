// SPDX-License-Identifier: Apache-2.0
// What a surface looks like: a colour pattern over its points, and how it reflects.
#pragma once

#include <cstdint>

#include "rng.h"
#include "vec.h"

namespace quantbench::default_dataset {

enum class Pattern {
  kSolid,    // base, with faint unevenness
  kMottled,  // noise between base and accent
  kSpeckle,  // accent grains on base
  kStripes,  // over uv.x, hard edges
  kBands,    // over position.y, hard edges
  kDots,     // accent dots on a uv grid
  kWood,     // stretched grain
  kPlanks,   // boards with dark gaps over uv
  kTiles,    // uv grid lines
  kChess,    // alternating uv squares
  kBrick,    // running bond with mortar (accent) over uv
  kWeave,    // over-and-under strips over uv
  kRings,    // concentric around uv = 0
  kSpiral,   // one-armed spiral around uv = 0
};

struct Material {
  Pattern pattern = Pattern::kSolid;
  Vec3 base{0.5f, 0.5f, 0.5f};    // linear RGB
  Vec3 accent{0.2f, 0.2f, 0.2f};  // linear RGB
  float frequency = 4;            // pattern repeats per unit of uv or position
  float gloss = 0.1f;             // strength of the highlight
  int shininess_log2 = 4;         // highlight exponent is 2 to this
  float opacity = 1;              // < 1: glass; what is behind shows through
  float emission = 0;             // own light, as a multiple of the colour
  std::uint32_t seed = 0;
};

// Reflectance in linear RGB at a point of the surface.
Vec3 Albedo(const Material& material, Vec3 position, Vec2 uv);

// Linear RGB from hue, saturation and value, each in 0..1.
Vec3 ColorFromHsv(float hue, float saturation, float value);

Vec3 RandomColor(Rng& rng);
// A colour that stands out from `other`.
Vec3 ContrastingColor(Rng& rng, Vec3 other);

Material RandomPaint(Rng& rng);  // plain or patterned lacquer, ceramics, plastics
Material RandomWood(Rng& rng);
Material RandomMetal(Rng& rng);
Material RandomGlass(Rng& rng);
Material RandomFloor(Rng& rng);  // for large surfaces in the background
Material RandomAny(Rng& rng);    // paint, wood or metal

}  // namespace quantbench::default_dataset
