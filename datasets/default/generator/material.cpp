// SPDX-License-Identifier: Apache-2.0
// The colour patterns, and random materials made of them.
#include "material.h"

#include "noise.h"

namespace quantbench::default_dataset {
namespace {

int FloorInt(float x) { return static_cast<int>(std::floor(x)); }
float Fraction(float x) { return x - std::floor(x); }

float Brick(const Material& m, Vec2 uv, float* shade) {
  const float row = uv.y * m.frequency * 2.0f;
  const int row_index = FloorInt(row);
  const float column = uv.x * m.frequency + ((row_index & 1) != 0 ? 0.5f : 0.0f);
  const float edge_x = std::min(Fraction(column), 1.0f - Fraction(column)) * 2.0f;
  const float edge_y = std::min(Fraction(row), 1.0f - Fraction(row));
  *shade = 0.65f + 0.6f * HashUnit(FloorInt(column), row_index, 0, m.seed);
  return SmoothStep(0.05f, 0.13f, std::min(edge_x, edge_y));  // 0 in the mortar
}

float Weave(const Material& m, Vec2 uv) {
  const Vec2 p = uv * m.frequency;
  const bool over = ((FloorInt(p.x) + FloorInt(p.y)) & 1) != 0;
  const float along = over ? Fraction(p.x) : Fraction(p.y);
  const float across = over ? Fraction(p.y) : Fraction(p.x);
  const float arch = 1.0f - 2.0f * std::abs(along - 0.5f);  // high in the middle of the strand
  const float body = 1.0f - 4.0f * (across - 0.5f) * (across - 0.5f);
  return Clamp01(0.15f + 0.85f * std::sqrt(std::max(arch, 0.0f)) * body);
}

float Planks(const Material& m, Vec2 uv, Vec3 position, float* shade) {
  const float across = uv.x * m.frequency;
  const int board = FloorInt(across);
  *shade = 0.75f + 0.5f * HashUnit(board, 7, 0, m.seed);
  const float grain =
      FractalNoise({across * 5.0f, uv.y * 1.5f + Real(board) * 3.7f, position.y}, 3, m.seed);
  *shade *= 0.75f + 0.5f * grain;
  const float edge = std::min(Fraction(across), 1.0f - Fraction(across));
  return SmoothStep(0.02f, 0.06f, edge);
}

float Dots(const Material& m, Vec2 uv) {
  const Vec2 p = uv * m.frequency;
  const float radius = 0.2f + 0.2f * HashUnit(FloorInt(p.x), FloorInt(p.y), 3, m.seed);
  const float distance = Length(Vec2{Fraction(p.x) - 0.5f, Fraction(p.y) - 0.5f});
  return 1.0f - SmoothStep(radius - 0.05f, radius + 0.05f, distance);
}

float Wave(float x) {  // soft-edged square wave
  const float t = std::abs(Fraction(x) - 0.5f) * 2.0f;
  return SmoothStep(0.42f, 0.58f, t);
}

Vec3 GrainyWood(const Material& m, Vec3 p) {
  const float warp = ValueNoise(p * 1.5f, m.seed) * 2.0f;
  const float grain = FractalNoise(
      {p.x * m.frequency * 2.0f + warp, p.y * 0.7f, p.z * m.frequency * 2.0f}, 3, m.seed);
  return Mix(m.base, m.accent, SmoothStep(0.3f, 0.75f, grain));
}

}  // namespace

Vec3 Albedo(const Material& m, Vec3 position, Vec2 uv) {
  const float unevenness = 0.9f + 0.2f * ValueNoise(position * 5.0f, m.seed ^ 0x55u);
  float blend = 0, shade = 1;
  switch (m.pattern) {
    case Pattern::kSolid:
      break;
    case Pattern::kMottled:
      blend = SmoothStep(0.35f, 0.65f, FractalNoise(position * m.frequency, 4, m.seed));
      break;
    case Pattern::kSpeckle:
      blend = SmoothStep(0.62f, 0.72f, ValueNoise(position * (m.frequency * 5.0f), m.seed));
      break;
    case Pattern::kStripes:
      blend = Wave(uv.x * m.frequency);
      break;
    case Pattern::kBands:
      blend = Wave(position.y * m.frequency);
      break;
    case Pattern::kDots:
      blend = Dots(m, uv);
      break;
    case Pattern::kWood:
      return GrainyWood(m, position) * unevenness;
    case Pattern::kPlanks:
      blend = 1.0f - Planks(m, uv, position, &shade);
      break;
    case Pattern::kTiles: {
      const Vec2 p = uv * m.frequency;
      const float x = Fraction(p.x), y = Fraction(p.y);
      blend = 1.0f - SmoothStep(0.02f, 0.06f, std::min({x, 1.0f - x, y, 1.0f - y}));
      shade = 0.85f + 0.3f * HashUnit(FloorInt(p.x), FloorInt(p.y), 5, m.seed);
      break;
    }
    case Pattern::kChess:
      blend = Real((FloorInt(uv.x * m.frequency) + FloorInt(uv.y * m.frequency)) & 1);
      break;
    case Pattern::kBrick:
      blend = 1.0f - Brick(m, uv, &shade);
      if (blend > 0.5f) shade = 1.0f;
      break;
    case Pattern::kWeave:
      blend = 1.0f - Weave(m, uv);
      break;
    case Pattern::kRings:
      blend = Wave(Length(uv) * m.frequency);
      break;
    case Pattern::kSpiral:
      blend = Wave(Length(uv) * m.frequency + std::atan2(uv.y, uv.x) / (2.0f * kPi));
      break;
  }
  return Mix(m.base, m.accent, blend) * (shade * unevenness);
}

Vec3 ColorFromHsv(float hue, float saturation, float value) {
  const auto channel = [&](float offset) {
    const float k = Fraction(hue + offset / 6.0f) * 6.0f;
    const float c = value - value * saturation * Clamp01(std::min(k, 4.0f - k));
    return c * c;  // display value to linear light, with gamma 2
  };
  return {channel(5), channel(3), channel(1)};
}

Vec3 RandomColor(Rng& rng) {
  const float hue = rng.Uniform();
  const float saturation = rng.Chance(0.35f) ? rng.Uniform(0, 0.2f) : rng.Uniform(0.2f, 0.95f);
  const float value = rng.Uniform(0.2f, 0.98f);
  return ColorFromHsv(hue, saturation, value);
}

Vec3 ContrastingColor(Rng& rng, Vec3 other) {
  Vec3 color = RandomColor(rng);
  for (int attempt = 0; attempt < 8; ++attempt) {
    const float distance = Length(Vec3{std::sqrt(color.x), std::sqrt(color.y), std::sqrt(color.z)} -
                                  Vec3{std::sqrt(other.x), std::sqrt(other.y), std::sqrt(other.z)});
    if (distance > 0.4f) break;
    color = RandomColor(rng);
  }
  return color;
}

Material RandomPaint(Rng& rng) {
  Material m;
  m.base = RandomColor(rng);
  m.accent = ContrastingColor(rng, m.base);
  constexpr Pattern kDecorations[] = {Pattern::kMottled, Pattern::kSpeckle, Pattern::kStripes,
                                      Pattern::kBands, Pattern::kDots};
  if (rng.Chance(0.4f)) m.pattern = kDecorations[rng.Int(0, 4)];
  m.frequency = m.pattern == Pattern::kStripes ? Real(rng.Int(5, 14)) : rng.Uniform(1.5f, 5);
  m.gloss = rng.Uniform(0, 0.5f);
  m.shininess_log2 = rng.Int(2, 6);
  m.seed = rng.Seed32();
  return m;
}

Material RandomWood(Rng& rng) {
  const float hue = rng.Uniform(0.03f, 0.12f);
  const float saturation = rng.Uniform(0.3f, 0.7f);
  const float value = rng.Uniform(0.35f, 0.9f);
  Material m{.pattern = Pattern::kWood,
             .base = ColorFromHsv(hue, saturation, value),
             .accent = ColorFromHsv(hue - 0.01f, saturation, value * 0.65f)};
  m.frequency = rng.Uniform(2, 6);
  m.gloss = rng.Uniform(0, 0.25f);
  m.seed = rng.Seed32();
  return m;
}

Material RandomMetal(Rng& rng) {
  constexpr float kHues[] = {0.6f, 0.1f, 0.05f, 0.13f};  // steel, brass, copper, gold
  const int kind = rng.Int(0, 5);
  const float hue = kHues[kind < 4 ? kind : 0];
  const float saturation = kind >= 1 && kind < 4 ? rng.Uniform(0.35f, 0.6f) : rng.Uniform(0, 0.12f);
  const float value = rng.Uniform(0.45f, 0.9f);
  Material m{.pattern = rng.Chance(0.25f) ? Pattern::kMottled : Pattern::kSolid,
             .base = ColorFromHsv(hue, saturation, value),
             .accent = ColorFromHsv(0.06f, 0.6f, value * 0.6f)};  // rust
  m.frequency = rng.Uniform(2, 4);
  m.gloss = rng.Uniform(0.5f, 1.2f);
  m.shininess_log2 = rng.Int(3, 6);
  m.seed = rng.Seed32();
  return m;
}

Material RandomGlass(Rng& rng) {
  const float hue = rng.Uniform();
  const float saturation = rng.Uniform(0, 0.6f);
  Material m{.base = ColorFromHsv(hue, saturation, rng.Uniform(0.5f, 0.95f))};
  m.gloss = rng.Uniform(0.7f, 1.3f);
  m.shininess_log2 = rng.Int(5, 7);
  m.opacity = rng.Uniform(0.3f, 0.75f);
  m.seed = rng.Seed32();
  return m;
}

Material RandomFloor(Rng& rng) {
  constexpr Pattern kPatterns[] = {Pattern::kSolid,   Pattern::kMottled, Pattern::kMottled,
                                   Pattern::kSpeckle, Pattern::kStripes, Pattern::kPlanks,
                                   Pattern::kTiles,   Pattern::kWood,    Pattern::kDots};
  Material m = rng.Chance(0.3f) ? RandomWood(rng) : RandomPaint(rng);
  m.pattern = kPatterns[rng.Int(0, 8)];
  m.frequency = rng.Uniform(0.7f, 2.5f);
  if (rng.Chance(0.6f)) m.accent = Mix(m.base, m.accent, rng.Uniform(0.15f, 0.6f));
  const float dullness = rng.Uniform(0, 0.8f);  // rooms are greyer than things
  for (Vec3* color : {&m.base, &m.accent}) {
    const float gray = (color->x + color->y + color->z) / 3;
    *color = Mix(*color, Vec3{gray, gray, gray}, dullness);
  }
  m.gloss = 0;
  return m;
}

Material RandomAny(Rng& rng) {
  const float kind = rng.Uniform();
  if (kind < 0.5f) return RandomPaint(rng);
  return kind < 0.75f ? RandomWood(rng) : RandomMetal(rng);
}

}  // namespace quantbench::default_dataset
